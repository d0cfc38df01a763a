/** Importing this defines the element <residua-image>; on a server, where there are no elements, nothing. */
import { ResiduaImage } from './element.js';

export { ResiduaImage };

const elements = globalThis.customElements;
if (elements && !elements.get('residua-image')) elements.define('residua-image', ResiduaImage);
