/** The picture as the network sees it, and its answer as bars. */
import { css } from 'lit';

export const answer = css`
  canvas {
    display: block;
    image-rendering: pixelated;
  }
  .answer {
    margin: 12px 0 0;
  }
  .looked {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px 32px;
    align-items: start;
  }
  .seen {
    width: min(100%, 240px);
    aspect-ratio: 1;
  }
  @container (min-width: 560px) {
    .looked {
      grid-template-columns: minmax(160px, 320px) minmax(0, 1fr);
    }
    .seen {
      width: 100%;
    }
  }
  .original {
    display: grid;
    gap: 8px;
    justify-items: start;
    width: min(100%, 400px);
  }
  .frame {
    position: relative;
    width: 100%;
  }
  .frame canvas {
    width: 100%;
    image-rendering: auto;
  }
  .square {
    position: absolute;
    min-height: 0;
    padding: 0;
    border: 2px solid #fff;
    border-radius: 0;
    outline: 1px solid #000;
    cursor: move;
    touch-action: none;
    box-shadow: inset 0 0 0 1px #000;
  }
  .square:focus-visible {
    outline: 3px solid var(--focus);
  }
  .size {
    display: flex;
    align-items: center;
    gap: 8px;
    font-size: 14px;
  }
  .size input {
    height: 32px;
    accent-color: var(--ink);
  }
  .original p {
    margin: 0;
  }
  @container (min-width: 560px) {
    .with-original .looked {
      grid-template: 'original seen' auto 'bars bars' auto / minmax(0, 400px) minmax(0, 1fr);
    }
    .with-original .original {
      grid-area: original;
    }
    .with-original .seen {
      grid-area: seen;
      max-width: 272px;
    }
    .with-original .bars {
      grid-area: bars;
    }
  }
  /* Side by side, where there is room for all. */
  @container (min-width: 1700px) {
    .seen {
      max-width: 400px;
    }
    .with-original .looked {
      grid-template: 'original seen bars' auto / minmax(0, 580px) minmax(0, 400px) minmax(0, 1fr);
    }
    .with-original .original {
      width: 100%;
    }
    .with-original .seen {
      max-width: 400px;
    }
  }
  .photograph[aria-pressed='true'] {
    border-color: var(--ink);
    font-weight: 600;
  }
  figcaption {
    margin-top: 12px;
    color: var(--muted);
    font: 15px/1.5 var(--serif);
    max-width: 46em;
    overflow-wrap: anywhere;
  }
  figcaption b {
    color: var(--ink);
  }
  table {
    border-collapse: collapse;
  }
  .bars {
    width: 100%;
    line-height: 1.3;
  }
  .bars th {
    width: 1%;
    padding: 5px 12px 5px 0;
    font-weight: 400;
    text-align: right;
    white-space: nowrap;
  }
  .bars td {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 5px 0;
  }
  .bars .track {
    flex: 1;
    height: 16px;
    background: var(--raised);
  }
  .bars .bar {
    display: block;
    height: 100%;
    background: var(--line);
    opacity: 0.55;
    forced-color-adjust: none;
  }
  .bars .best .bar {
    opacity: 1;
  }
  .bars .best :is(th, td) {
    font-weight: 600;
  }
  .bars .share {
    width: 4.5em;
    text-align: right;
  }
  .given {
    color: var(--muted);
    font-weight: 400;
    font-size: 13px;
  }
  .samples {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .sample {
    min-height: 0;
    padding: 3px;
    border-color: transparent;
  }
  .sample canvas {
    width: 42px;
    height: 42px;
  }
  .sample[aria-pressed='true'] {
    border-color: var(--ink);
  }
  @container (max-width: 559.9px) {
    .bars td,
    .bars th {
      padding-block: 3px;
    }
  }
`;
