/** Steps side by side, and sums as tables. */
import { css } from 'lit';
import { sharedStyles } from '../../ui/styles.js';
import { layout } from '../styles/layout.js';

const follow = css`
  .steps {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(96px, 1fr));
    gap: 12px;
    max-width: 760px;
  }
  @container (min-width: 1700px) {
    .steps {
      grid-template-columns: repeat(auto-fill, minmax(144px, 1fr));
      max-width: 1240px;
    }
  }
  .steps p {
    grid-column: 1 / -1;
    margin: 0;
  }
  .step {
    margin: 0;
  }
  .frame {
    position: relative;
    overflow: hidden;
    cursor: crosshair;
    touch-action: pan-y;
  }
  canvas {
    display: block;
    width: 100%;
    aspect-ratio: 1;
    image-rendering: pixelated;
  }
  .mark {
    position: absolute;
    border: 2px solid #fff;
    outline: 1px solid #000;
    box-sizing: content-box;
    margin: -2px;
    pointer-events: none;
  }
  figcaption {
    margin-top: 4px;
    color: var(--muted);
    font-size: 13px;
    line-height: 1.35;
  }
  .coordinates {
    display: flex;
    flex-wrap: wrap;
    gap: 16px;
  }
  .coordinates input {
    width: 5em;
    height: 40px;
    margin-left: 8px;
    padding: 4px 8px;
    border: 1px solid var(--axis);
    border-radius: var(--radius);
    background: var(--field);
    color: inherit;
    font: inherit;
  }
  .sums {
    margin-top: 16px;
  }
  .sums p {
    margin: 0 0 8px;
  }
  .scroll {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
  }
  th {
    font-weight: 400;
    text-align: left;
  }
  th,
  td {
    padding: 3px 16px 3px 0;
    white-space: nowrap;
    vertical-align: baseline;
  }
  .products {
    font-size: 12px;
    line-height: 1.35;
  }
  @container (min-width: 1700px) {
    .products {
      font-size: 14px;
    }
  }
  .products td {
    min-width: 15em;
    white-space: normal;
  }
  .products .word {
    white-space: nowrap;
  }
  .products thead th,
  .products tbody th {
    color: var(--muted);
  }
  /* Where four columns are too wide, the pixel stands above its three products. */
  @container (max-width: 700px) {
    .products tr {
      display: grid;
      grid-template-columns: repeat(3, minmax(0, 1fr));
      gap: 0 8px;
    }
    .products tr > * {
      min-width: 0;
      padding-right: 0;
    }
    .products :is(thead th:first-child, tbody th) {
      grid-column: 1 / -1;
    }
    .products [colspan] {
      grid-column: 1 / -1;
    }
  }
  .products .sum > * {
    padding-bottom: 10px;
    border-bottom: 1px solid var(--hairline);
  }
  .lines {
    width: 100%;
    max-width: 760px;
    margin-top: 8px;
    font-size: 14px;
  }
  .lines td {
    white-space: normal;
    overflow-wrap: anywhere;
    color: var(--muted);
  }
  .lines td:last-child,
  .features td {
    padding-right: 0;
    color: var(--ink);
    font-weight: 600;
    text-align: right;
    white-space: nowrap;
  }
  .lines th {
    padding-right: 16px;
    white-space: normal;
  }
  .core > * {
    border-top: 1px solid var(--axis);
  }
  .chains summary {
    cursor: pointer;
  }
  .chains ol {
    columns: 14em;
    margin: 8px 0;
    font-size: 13px;
  }
  .features td {
    padding-left: 24px;
    font-weight: 400;
  }
  .features thead th:not(:first-child) {
    padding: 3px 0 3px 24px;
    color: var(--muted);
    text-align: right;
  }
  .features .core td,
  .features .core th {
    font-weight: 600;
  }
`;

export const styles = [...sharedStyles, layout, follow];
