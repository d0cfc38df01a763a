import { css } from 'lit';

export const styles = css`
  :host {
    --ground: var(--residua-ground, light-dark(#fbfaf7, #14161a));
    --ink: var(--residua-ink, light-dark(#1d1d1b, #e8e6e1));
    --muted: var(--residua-muted, light-dark(#62605a, #a19e97));
    --hairline: var(--residua-hairline, light-dark(#e6e3dc, #2a2d33));
    --axis: light-dark(#8d8a82, #777a80);
    --raised: light-dark(#f3f1ea, #1c1f25);
    --focus: light-dark(#0072b2, #5cb3f0);
    --alarm: light-dark(#a03a00, #ffa877);
    --radius: 4px;
    --sans: var(--residua-sans, system-ui, sans-serif);
    --serif: var(
      --residua-serif,
      Charter, 'Bitstream Charter', 'Noto Serif KR', Cambria, serif
    );
    display: block;
    container-type: inline-size;
    color: var(--ink);
    font: 15px/1.45 var(--sans);
    font-variant-numeric: tabular-nums;
    overflow-wrap: break-word;
  }
  :host([hidden]) {
    display: none;
  }
  :host(:lang(ko)) {
    word-break: keep-all;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
  }

  /* One column, the figure first; two where there is room, the figure in view beside them. */
  .lab {
    display: grid;
    grid-template: 'title' 'figure' 'actions' 'runs' 'story' 'more' / minmax(0, 1fr);
    gap: 16px;
  }
  .title {
    grid-area: title;
  }
  .story {
    grid-area: story;
    padding-top: 8px;
  }
  .actions {
    grid-area: actions;
  }
  .below {
    grid-area: more;
  }
  .right {
    display: contents;
  }
  .figure {
    grid-area: figure;
    margin: 0;
  }
  .runs {
    grid-area: runs;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
  }
  @container (min-width: 960px) {
    .lab {
      grid-template:
        'title figure' auto
        'story figure' auto
        'actions figure' auto
        'more figure' 1fr
        / minmax(21rem, 27rem) minmax(0, 1fr);
      column-gap: 56px;
    }
    .right {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 16px;
      grid-area: figure;
      position: sticky;
      top: 16px;
      align-self: start;
    }
    .figure,
    .runs {
      grid-area: auto;
    }
  }
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
    min-height: 40px;
    padding: 8px 16px;
    border: 1px solid var(--axis);
    border-radius: var(--radius);
    background: none;
  }
  button:hover:not(:disabled) {
    border-color: var(--ink);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  button.primary {
    border-color: var(--ink);
    background: var(--ink);
    color: var(--ground);
    font-weight: 600;
  }
  button.quiet {
    border-color: transparent;
    padding-inline: 8px;
    text-decoration: underline;
    text-decoration-color: var(--axis);
    text-underline-offset: 3px;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    position: sticky;
    bottom: 0;
    padding-block: 8px 12px;
    background: var(--ground);
    box-shadow: 0 -8px 8px var(--ground);
    z-index: 1;
  }
  .left {
    color: var(--muted);
    margin-left: 8px;
  }

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
  .word {
    white-space: nowrap;
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

  .callout {
    margin: 0;
    padding: 12px 16px;
    border-left: 3px solid var(--ink);
    background: var(--raised);
    border-radius: 0 var(--radius) var(--radius) 0;
    font: 17px/1.55 var(--serif);
  }
  .callout p,
  .notice p {
    margin: 0;
  }
  .callout .caveat {
    margin-top: 4px;
    color: var(--muted);
    font-size: 15px;
  }
  .notice {
    padding: 12px 16px;
    border-left: 3px solid var(--alarm);
    background: var(--raised);
    border-radius: 0 var(--radius) var(--radius) 0;
  }
  .notice .detail {
    color: var(--muted);
    font-size: 14px;
    overflow-wrap: anywhere;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 14px;
  }
  th,
  td {
    padding: 8px 12px 8px 0;
    border-bottom: 1px solid var(--hairline);
    text-align: right;
    font-weight: inherit;
    white-space: nowrap;
    vertical-align: baseline;
  }
  thead th {
    color: var(--muted);
    padding-block: 4px;
    border-color: var(--axis);
  }
  th:first-child,
  td.wide,
  th.wide {
    text-align: left;
  }
  td:last-child,
  th:last-child {
    padding-right: 0;
  }
  tbody th {
    font-weight: 600;
  }
  .networks-table tbody th {
    min-width: 9.5em;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .swatch {
    display: inline-block;
    width: 20px;
    height: 0;
    margin-right: 8px;
    border-top: 3px solid var(--line);
    vertical-align: middle;
  }
  td.wide {
    width: 30%;
    white-space: normal;
  }
  tr.off th,
  tr.off td:not(.more) {
    color: var(--muted);
    font-weight: 400;
  }
  tr.off .swatch {
    opacity: 0.3;
  }
  td.more {
    padding-block: 0;
    width: 40px;
  }
  td.more button {
    min-width: 40px;
    padding: 0;
    border: 0;
  }
  .tools > td {
    padding: 12px 0 16px;
    text-align: left;
    white-space: normal;
  }
  .run-tools {
    display: grid;
    gap: 12px;
  }
  .run-tools p,
  .run-tools .copies,
  .run-tools .values,
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
    margin: 0;
  }
  .run-tools legend {
    float: left;
    width: 100%;
    padding: 0;
    font-weight: 600;
  }
  .run-tools .copies {
    padding-top: 12px;
    border-top: 1px solid var(--hairline);
  }
  .run-tools .problem {
    width: 100%;
    color: var(--alarm);
  }
  .run-tools button {
    min-height: 36px;
    padding: 4px 12px;
  }
  .run-tools [name='run-name'],
  .run-tools [name='copy-values'] {
    width: 14em;
  }
  .figure-tools {
    margin-top: 4px;
  }
  .figure-tools,
  .chooser {
    font-size: 14px;
  }
  .figure-tools button,
  .chooser button {
    min-height: 32px;
    padding: 4px 0;
    color: var(--muted);
  }
  .chooser {
    margin: -8px 0;
  }
  input[type='checkbox'] {
    width: 18px;
    min-height: 18px;
    margin: 0 4px 0 0;
    vertical-align: -3px;
    accent-color: var(--ink);
  }
  .state {
    color: var(--muted);
  }
  .state.alarm {
    color: var(--alarm);
  }
  progress {
    display: block;
    width: 100%;
    height: 3px;
    margin-top: 4px;
    border: 0;
    border-radius: 2px;
    background: var(--hairline);
    overflow: hidden;
    appearance: none;
  }
  progress.still {
    visibility: hidden;
  }
  progress::-webkit-progress-bar {
    background: var(--hairline);
  }
  progress::-webkit-progress-value {
    background: var(--line, var(--ink));
  }
  progress::-moz-progress-bar {
    background: var(--line, var(--ink));
  }
  details summary {
    display: inline-block;
    padding: 8px 0;
    color: var(--muted);
    cursor: pointer;
    text-decoration: underline;
    text-decoration-color: var(--axis);
    text-underline-offset: 3px;
  }
  .scroll {
    overflow-x: auto;
    max-height: 70vh;
    overflow-y: auto;
  }
  .scroll table {
    font-size: 13px;
  }
  .scroll th:first-child {
    position: sticky;
    left: 0;
    background: var(--ground);
    padding-left: 2px;
  }
  .scroll thead tr:nth-child(2) th:first-child {
    position: static;
    text-align: right;
  }
  .scroll .of {
    text-align: center;
    font-weight: 600;
    color: var(--ink);
    border-bottom-color: var(--line);
  }
  caption {
    text-align: left;
    color: var(--muted);
    padding-block: 4px;
  }

  dialog {
    color: inherit;
    font: inherit;
    border: 0;
    background: var(--ground);
  }
  dialog.beside {
    position: static;
    width: auto;
    margin: 0;
    padding: 0;
    grid-area: story;
  }
  dialog.sheet {
    width: 100%;
    max-width: 100%;
    max-height: 85dvh;
    margin: auto 0 0;
    padding: 0 20px 24px;
    border-radius: 12px 12px 0 0;
    overscroll-behavior: contain;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.4);
  }
  .panel-head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    position: sticky;
    top: 0;
    padding-block: 8px;
    background: var(--ground);
    z-index: 1;
  }
  .panel-head h2 {
    margin: 0;
    font: 600 21px/1.3 var(--serif);
  }
  .group {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }
  section.group {
    padding-block: 12px;
    border-top: 1px solid var(--hairline);
  }
  .group-head {
    display: flex;
    justify-content: space-between;
    align-items: baseline;
    margin-bottom: 8px;
  }
  .group h3 {
    margin: 0;
    font: 600 15px/1.4 var(--sans);
  }
  .group .note {
    margin: 8px 0 0;
    color: var(--muted);
    font-size: 14px;
  }
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }
  .fields {
    display: grid;
    gap: 8px;
  }
  .field {
    display: grid;
    grid-template-columns: minmax(0, 8em) minmax(0, 1fr) minmax(0, 6.5em);
    align-items: center;
    column-gap: 8px;
  }
  .field .control {
    display: flex;
    align-items: center;
    gap: 8px;
    min-width: 0;
  }
  .field .unit,
  .field .paper,
  .paper-head {
    color: var(--muted);
    font-size: 13px;
    line-height: 1.3;
  }
  .field .paper,
  .paper-head {
    text-align: right;
  }
  .field .paper.same {
    color: var(--ink);
  }
  .field .problem {
    grid-column: 2 / -1;
    color: var(--alarm);
    font-size: 13px;
  }
  select,
  input {
    font: inherit;
    font-variant-numeric: tabular-nums;
    color: inherit;
    background: light-dark(#fff, #1c1f25);
    border: 1px solid var(--axis);
    border-radius: var(--radius);
    min-height: 36px;
    padding: 4px 8px;
    max-width: 100%;
  }
  input {
    width: 5.5em;
  }
  input[aria-invalid='true'] {
    border-color: var(--alarm);
    outline: 1px solid var(--alarm);
  }
  select:disabled,
  input:disabled {
    opacity: 0.6;
  }
  .networks {
    list-style: none;
    margin: 0 0 8px;
    padding: 0;
  }
  .networks li {
    border-bottom: 1px solid var(--hairline);
  }
  .networks .row {
    display: flex;
    align-items: center;
  }
  .networks .name {
    flex: 1;
    border: 0;
    padding-inline: 0;
    text-align: left;
    font-weight: 600;
  }
  .networks .name .hint {
    float: right;
    color: var(--muted);
    font-weight: 400;
  }
  .networks .remove {
    border: 0;
    min-width: 40px;
    padding: 0;
    color: var(--muted);
    font-size: 18px;
  }
  .networks .fields {
    padding: 4px 0 16px;
  }
  .interrupted {
    margin: 16px 0 0;
    padding: 12px 16px;
    border-left: 3px solid var(--focus);
    background: var(--raised);
    border-radius: 0 var(--radius) var(--radius) 0;
    text-wrap: pretty;
  }
  .interrupted p {
    margin: 0;
  }
  .interrupted .detail,
  .runs > .note {
    margin: 4px 0 0;
    color: var(--muted);
    font-size: 14px;
  }
  .runs > .note {
    margin: 0;
  }
  .interrupted .choices {
    display: flex;
    gap: 8px;
    margin-top: 8px;
  }
  @container (max-width: 599.9px) {
    .tags {
      position: static;
      justify-content: end;
      margin-bottom: 4px;
    }
    .narrow-hide {
      display: none;
    }
    th,
    td {
      padding-right: 6px;
      font-size: 13px;
    }
    .runs thead th,
    td.wide {
      white-space: normal;
    }
    .networks-table tbody th {
      min-width: 6em;
    }
    td.more,
    td.more button {
      min-width: 32px;
      width: 32px;
    }
    tbody th .swatch {
      width: 12px;
      margin-right: 6px;
    }
    .actions button.primary {
      flex: 1 1 auto;
    }
    .field {
      grid-template-columns: minmax(0, 7em) minmax(0, 1fr) minmax(0, 5.5em);
    }
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

  .planner td {
    padding: 4px 0 4px 8px;
  }
  .planner tbody th,
  .planner td {
    vertical-align: middle;
  }
  .planner button {
    width: 100%;
    padding: 2px 8px;
    text-align: right;
  }
  .planner button[aria-pressed='true'] {
    border-color: var(--ink);
    box-shadow: inset 0 0 0 1px var(--ink);
  }
  .planner small {
    display: block;
    color: var(--muted);
    font-size: 12px;
  }
  .planner .lacks {
    padding-right: 9px;
    color: var(--muted);
  }

  .reproduction {
    padding: 12px 16px;
    border-left: 3px solid var(--axis);
    background: var(--raised);
    border-radius: 0 var(--radius) var(--radius) 0;
    font-size: 14px;
  }
  .reproduction p {
    margin: 0;
  }
  .reproduction ul {
    display: grid;
    gap: 4px;
    margin: 8px 0;
    padding: 0;
    list-style: none;
  }
  .reproduction ul:last-child {
    margin-bottom: 0;
  }
  .reproduction li {
    display: flex;
    flex-wrap: wrap;
    gap: 0 12px;
  }
  .reproduction li > :first-child {
    min-width: 11em;
    font-weight: 600;
  }
  .reproduction li > :last-child {
    color: var(--muted);
  }
  .reproduction li.other > :last-child {
    color: var(--alarm);
  }
  .reproduction code {
    font-size: 13px;
    color: var(--ink);
  }
  .run-tools .digest {
    margin: 0;
    color: var(--muted);
    font-size: 13px;
    overflow-wrap: anywhere;
  }
  .chooser {
    display: flex;
    flex-wrap: wrap;
    gap: 0 16px;
  }
  .by-hand {
    flex-basis: 100%;
  }
  .by-hand input {
    display: block;
    width: 100%;
    margin-top: 4px;
  }

  .said,
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
