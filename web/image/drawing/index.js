/** Importing this defines the element <residua-drawing>. */
import { ResiduaDrawing } from './element.js';

customElements.define('residua-drawing', ResiduaDrawing);
