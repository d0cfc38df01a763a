/** Two maps side by side. */
import { css } from 'lit';
import { sharedStyles } from '../../ui/styles.js';
import { layout } from '../styles/layout.js';

const why = css`
  cite {
    font-style: normal;
    white-space: nowrap;
  }
  .pair {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr));
    gap: 24px;
    max-width: 680px;
  }
  @container (min-width: 1700px) {
    .pair {
      max-width: 1000px;
    }
  }
  figure {
    margin: 0;
  }
  canvas {
    display: block;
    width: 100%;
    aspect-ratio: 1;
    image-rendering: pixelated;
  }
  figcaption {
    margin-top: 8px;
    color: var(--muted);
    font: 15px/1.5 var(--serif);
  }
  figcaption b {
    color: var(--ink);
  }
  .empty {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 8px;
    aspect-ratio: 1;
    max-width: 100%;
    padding: 16px;
    border: 1px dashed var(--axis);
    border-radius: var(--radius);
    text-align: center;
  }
  .empty p {
    margin: 0;
  }
  progress {
    width: min(100%, 14em);
    accent-color: var(--ink);
  }
`;

export const styles = [...sharedStyles, layout, why];
