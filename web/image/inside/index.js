/** Importing this defines the element <residua-inside>, which shows a <residua-drawing>. */
import { ResiduaInside } from './element.js';

customElements.define('residua-inside', ResiduaInside);
