import type { ResiduaLab } from 'residua/element';
import type {} from 'residua/react';

export const good = (
  <>
    <residua-lab
      className="wide"
      experiment="epochs=6&run=plain20"
      figure="loss"
      ref={(lab: ResiduaLab | null) => void lab?.train()}
      onresidua-end={({ detail }) => console.log(detail.name, detail.weights?.size)}
    >
      <h1 slot="title">Depth</h1>
    </residua-lab>
    <residua-image src="weights.pt" trained={[]} onresidua-change={() => {}} />
  </>
);
// @ts-expect-error There is no such figure.
export const figure = <residua-lab figure="los" />;
// @ts-expect-error The workbench has no such property.
export const stranger = <residua-image experiment="" />;
