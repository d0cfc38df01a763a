/** What JSX may set on the elements: properties, and listeners as React and Preact name them, `on` and the event. */
import type { ResiduaImage, ResiduaImageEventMap } from '../image/index.js';
import type { Experiment, ResiduaLab, ResiduaLabEventMap } from '../lab/index.js';

type Listeners<Events> = {
  [Name in keyof Events as `on${string & Name}`]?: (event: Events[Name]) => void;
};
type LabProperty =
  | 'source'
  | 'engineOptions'
  | 'linkState'
  | 'addressOf'
  | 'loadWeights'
  | 'figure'
  | 'storageKey'
  | 'src'
  | 'recorded'
  | 'recordedLayers'
  | 'layer';
type ImageProperty = 'src' | 'trained' | 'source' | 'engineOptions' | 'pictureWorker' | 'shown';

export type LabProperties = Partial<Pick<ResiduaLab, LabProperty>> & {
  /** An experiment, or the text of a link. */
  experiment?: Experiment | string;
};
export type LabListeners = Listeners<ResiduaLabEventMap>;
export type ImageProperties = Partial<Pick<ResiduaImage, ImageProperty>>;
export type ImageListeners = Listeners<ResiduaImageEventMap>;
