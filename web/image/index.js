/** Importing this defines the element <residua-image>. */
import { ResiduaImage } from './element.js';

customElements.define('residua-image', ResiduaImage);
