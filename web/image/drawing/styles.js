/** The drawing: data in ink, layers in the network's own colour, shortcuts beside them. */
import { css } from 'lit';
import { sharedStyles } from '../../ui/styles.js';
import { layout } from '../styles/layout.js';

const drawing = css`
  svg {
    display: block;
    max-width: 100%;
    height: auto;
  }
  text {
    fill: var(--ink);
    font: 13px var(--sans);
    text-anchor: middle;
  }
  .heading,
  .end,
  .beside {
    text-anchor: start;
  }
  .heading {
    font-weight: 600;
  }
  .small {
    font-size: 12px;
    fill: var(--muted);
  }
  path,
  circle {
    fill: none;
    stroke: var(--muted);
    stroke-width: 1.25;
  }
  .head {
    fill: var(--muted);
    stroke: none;
  }
  .layer,
  .shortened {
    cursor: pointer;
  }
  .layer rect {
    fill: var(--ground);
    stroke: var(--line);
    stroke-width: 1.5;
  }
  .layer:hover rect {
    stroke-width: 3;
  }
  .layer[aria-pressed='true'] rect {
    fill: var(--line);
  }
  .layer[data-layer] .target {
    fill: transparent;
    stroke: none;
  }
  .layer[aria-pressed='true'] text {
    fill: var(--ground);
    font-weight: 600;
  }
  .layer:focus-visible,
  .shortened:focus-visible {
    outline-offset: 3px;
  }
  .shortcut {
    stroke: var(--line);
    stroke-width: 2;
  }
  .shortcut.pad {
    stroke-dasharray: 5 4;
  }
  .plus {
    stroke: var(--line);
  }
  .projection {
    fill: var(--ground);
    stroke: var(--line);
  }
  .shortened rect {
    fill: var(--ground);
    stroke: var(--line);
    stroke-dasharray: 5 4;
  }
  .shortened:hover rect {
    stroke-width: 2;
  }
  .chosen {
    min-height: 4.5em;
    padding-left: 12px;
    border-left: 3px solid var(--axis);
    overflow-wrap: anywhere;
  }
  .text > p.chosen {
    font: 14px/1.5 var(--sans);
  }
`;

export const styles = [...sharedStyles, layout, drawing];
