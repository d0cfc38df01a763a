/** Controls, the camera, and what stands in place of a figure. */
import { css } from 'lit';

export const controls = css`
  .controls {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    margin: 0;
  }
  .controls > :is(label, span):first-child {
    min-width: 5em;
    font-weight: 600;
  }
  select {
    cursor: pointer;
  }
  select[name='kind'] {
    min-height: 32px;
    margin-left: 4px;
  }
  select:hover {
    border-color: var(--ink);
  }
  .viewfinder p {
    margin: 0;
  }
  .empty {
    display: grid;
    place-content: center;
    justify-items: center;
    min-height: 260px;
    padding: 24px;
    border: 1px dashed var(--axis);
    border-radius: var(--radius);
    color: var(--muted);
    font: 17px/1.55 var(--serif);
    text-align: center;
  }
  .empty p {
    max-width: 32em;
    margin: 0 0 12px;
  }
  .empty button {
    font: 15px/1.5 var(--sans);
  }
  .empty button.primary {
    font-weight: 600;
  }
  progress {
    width: min(100%, 20em);
    accent-color: var(--ink);
  }
  .viewfinder {
    display: grid;
    gap: 8px;
    justify-items: start;
  }
  video {
    width: min(100%, 320px);
    aspect-ratio: 1;
    object-fit: cover;
    border-radius: var(--radius);
    background: #000;
  }
  @container (max-width: 559.9px) {
    .controls > :is(label, span):first-child {
      flex-basis: 100%;
    }
  }
`;
