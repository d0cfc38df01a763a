/** Importing this defines the element <residua-follow>. */
import { ResiduaFollow } from './element.js';

customElements.define('residua-follow', ResiduaFollow);
