/** `<residua-lab>` and `<residua-image>` in Solid's JSX: properties as `prop:experiment`, listeners as
 * `on:residua-tick`.
 * @module residua/solid
 */
import type { JSX } from 'solid-js';
import type { ResiduaImage, ResiduaImageEventMap } from '../image/index.js';
import type { ResiduaLab, ResiduaLabEventMap } from '../lab/index.js';
import type { ImageProperties, LabProperties } from './properties.js';

type Explicit<Properties> = {
  [Name in keyof Properties as `prop:${string & Name}`]?: Properties[Name];
};
type Listeners<Events> = {
  [Name in keyof Events as `on:${string & Name}`]?: (event: Events[Name]) => void;
};

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements {
      'residua-lab': JSX.HTMLAttributes<ResiduaLab> &
        LabProperties &
        Explicit<LabProperties> &
        Listeners<ResiduaLabEventMap>;
      'residua-image': JSX.HTMLAttributes<ResiduaImage> &
        ImageProperties &
        Explicit<ImageProperties> &
        Listeners<ResiduaImageEventMap>;
    }
  }
}
