/** Importing this defines the element <residua-strip>. */
import { ResiduaStrip } from './element.js';

customElements.define('residua-strip', ResiduaStrip);
