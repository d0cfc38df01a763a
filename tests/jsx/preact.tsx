/** @jsxImportSource preact */
import type {} from 'residua/preact';

export const good = (
  <>
    <residua-lab
      class="wide"
      experiment="epochs=6&run=plain20"
      onresidua-end={({ detail }) => console.log(detail.name)}
    />
    <residua-image src="weights.pt" onresidua-change={() => {}} />
  </>
);
// @ts-expect-error There is no such figure.
export const figure = <residua-lab figure="los" />;
