/** What the panel of the reader's own pictures needs, loaded when it is opened. */
import { ResiduaPictures } from './element.js';

customElements.define('residua-pictures', ResiduaPictures);
