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
    align-items: center;
    gap: 8px;
    margin: 0;
  }
  .tags button {
    min-height: 28px;
    padding: 1px 8px;
    font-size: 13px;
    background: var(--ground);
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
  .empty span {
    padding: 0 8px;
    background: var(--ground);
  }
  /* In the upper part of figures that have several. */
  .empty.layers,
  .empty.responses {
    bottom: 60%;
  }
  figcaption {
    color: var(--muted);
    font: 15px/1.5 var(--serif);
    max-width: 46em;
  }
  figcaption b {
    color: var(--ink);
  }
  @container (min-width: 1500px) {
    figcaption {
      font-size: 17px;
    }
    .tag,
    .recorded-tag {
      font-size: 16px;
    }
  }
  .kinds,
  .axes,
  .saving {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 16px;
    margin: 8px 0 0;
    font-size: 14px;
  }
  .kinds label,
  .axes label,
  .recorded-toggle {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    min-height: 32px;
    font-size: 14px;
  }
  .kinds input {
    width: 18px;
    min-height: 18px;
    margin: 0;
    accent-color: var(--ink);
  }
  .axes select {
    margin-left: 4px;
  }
  .axes input[type='range'] {
    width: 8em;
    padding: 0;
    border: 0;
    background: none;
    accent-color: var(--ink);
  }
  .saving button {
    min-height: 32px;
    padding: 4px 0;
    color: var(--muted);
  }
  .figure:fullscreen {
    display: flex;
    flex-direction: column;
    justify-content: safe center;
    gap: 16px;
    padding: 24px;
    background: var(--ground);
    color: var(--ink);
    overflow: auto;
  }
  /* A room reads one sentence. */
  .figure:fullscreen :is(.actions, .why, .more-told) {
    display: none;
  }
  .plot {
    touch-action: pan-y pinch-zoom;
    user-select: none;
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
  .cursor .selection {
    fill: color-mix(in oklab, var(--focus) 14%, transparent);
    stroke: var(--focus);
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
  /* Where the top of the chart has no room for them. */
  .parts .tags {
    position: static;
    justify-content: end;
  }
  @container (max-width: 599.9px) {
    .tags {
      position: static;
      justify-content: end;
      margin-top: 4px;
    }
  }
`;
