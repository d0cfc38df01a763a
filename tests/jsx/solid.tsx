/** @jsxImportSource solid-js */
import type {} from 'residua/solid';

export const good = (
  <>
    <residua-lab
      class="wide"
      experiment="epochs=6&run=plain20"
      prop:storageKey="mine"
      on:residua-end={({ detail }) => console.log(detail.name)}
    />
    <residua-image src="weights.pt" on:residua-change={() => {}} />
  </>
);
// @ts-expect-error There is no such figure.
export const figure = <residua-lab figure="los" />;
