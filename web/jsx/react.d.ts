/** `<residua-lab>` and `<residua-image>` in React's JSX, from React 19 on.
 * @module residua/react
 */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { ResiduaImage } from '../image/index.js';
import type { ResiduaLab } from '../lab/index.js';
import type { ImageListeners, ImageProperties, LabListeners, LabProperties } from './properties.js';

type ElementAttributes<Element> = DetailedHTMLProps<HTMLAttributes<Element>, Element>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'residua-lab': ElementAttributes<ResiduaLab> & LabProperties & LabListeners;
      'residua-image': ElementAttributes<ResiduaImage> & ImageProperties & ImageListeners;
    }
  }
}
