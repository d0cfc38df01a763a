/** `<residua-lab>` and `<residua-image>` in Preact's JSX.
 * @module residua/preact
 */
import type { HTMLAttributes } from 'preact';
import type { ResiduaImage } from '../image/index.js';
import type { ResiduaLab } from '../lab/index.js';
import type { ImageListeners, ImageProperties, LabListeners, LabProperties } from './properties.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'residua-lab': HTMLAttributes<ResiduaLab> & LabProperties & LabListeners;
      'residua-image': HTMLAttributes<ResiduaImage> & ImageProperties & ImageListeners;
    }
  }
}
