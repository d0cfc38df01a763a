/** Importing this defines the element <residua-why>. */
import { ResiduaWhy } from './element.js';

customElements.define('residua-why', ResiduaWhy);
