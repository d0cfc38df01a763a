/** The figure: chart, cursor, tags, caption and what it shows. */
import { css } from 'lit';

export const figure = css`
  .chart {
    position: relative;
    min-height: var(--chart-height);
  }
  .chart svg {
    display: block;
    overflow: visible;
    max-width: 100%;
  }
  .tags {
    position: absolute;
    top: 0;
    right: 0;
    display: flex;
    gap: 8px;
    margin: 0;
  }
  .figure-choices {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 32px;
  }
  .recorded-toggle {
    margin-top: 8px;
    font-size: 14px;
  }
  .tag,
  .recorded-tag {
    padding: 1px 8px;
    border: 1px solid var(--hairline);
    border-radius: var(--radius);
    color: var(--muted);
    font-size: 13px;
  }
  .empty {
    position: absolute;
    inset: 34px 16px 44px 44px;
    display: grid;
    place-content: center;
    margin: 0;
    color: var(--muted);
    font: 17px/1.5 var(--serif);
  }
  /* In the upper part of figures that have several. */
  .empty.layers,
  .empty.responses {
    bottom: 60%;
  }
  figcaption {
    margin-top: 8px;
    color: var(--muted);
    font: 15px/1.5 var(--serif);
    max-width: 46em;
  }
  figcaption b {
    color: var(--ink);
  }
  .kinds {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
    margin-top: 8px;
    font-size: 14px;
  }
  .kinds span {
    color: var(--muted);
  }
  .kinds input {
    width: 18px;
    min-height: 18px;
    margin: 0 4px 0 0;
    vertical-align: -4px;
    accent-color: var(--ink);
  }
  .figure-tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 16px;
    margin: 4px 0 0;
    font-size: 14px;
  }
  .figure-tools button {
    min-height: 32px;
    padding: 4px 0;
    color: var(--muted);
  }
  .plot:focus-visible {
    outline-offset: 4px;
    border-radius: var(--radius);
  }
  .cursor {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }
  .cursor line {
    stroke: var(--axis);
  }
  .cursor circle {
    fill: var(--ground);
    stroke-width: 2;
  }
  .readout {
    position: absolute;
    display: grid;
    grid-template-columns: auto auto;
    gap: 0 12px;
    padding: 8px 12px;
    border: 1px solid var(--axis);
    border-radius: var(--radius);
    background: var(--ground);
    font-size: 13px;
    width: max-content;
  }
  .readout > b,
  .readout > b + span {
    grid-column: 1 / -1;
  }
  .readout > span {
    color: var(--muted);
  }
  .readout > .value {
    color: var(--ink);
    text-align: right;
  }
  @container (max-width: 599.9px) {
    .tags {
      position: static;
      justify-content: end;
      margin-bottom: 4px;
    }
  }
`;
