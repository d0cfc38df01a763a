/** The tables of runs and of their numbers, and the tools of a run. */
import { css } from 'lit';

export const runs = css`
  .word {
    white-space: nowrap;
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
    padding-left: 28px;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .groups tbody th {
    padding-left: 28px;
  }
  /* It hangs, so that a name of two lines is one block. */
  .swatch {
    display: inline-block;
    width: 20px;
    height: 0;
    margin: 0 8px 0 -28px;
    border-top: 3px solid var(--line);
    vertical-align: middle;
    forced-color-adjust: none;
  }
  td.wide {
    width: 24%;
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
  .run-tools .values {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
    margin-top: 8px;
    font-size: 14px;
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
    forced-color-adjust: none;
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
    font-size: 14px;
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
    margin: -8px 0;
    font-size: 14px;
  }
  .chooser button {
    padding: 4px 0;
    color: var(--muted);
  }
  .kept {
    font-size: 14px;
  }
  .kept .note {
    margin: 0 0 8px;
    color: var(--muted);
  }
  .press {
    padding-block: 8px;
    border-top: 1px solid var(--hairline);
  }
  .press p {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 0 16px;
    margin: 0;
  }
  .press p button {
    padding-inline: 0;
  }
  .press ul {
    display: grid;
    gap: 8px;
    margin: 4px 0 0;
    padding: 0;
    list-style: none;
  }
  .press li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 4px 16px;
  }
  .press .facts {
    color: var(--muted);
  }
  .press .facts b {
    color: var(--ink);
    overflow-wrap: anywhere;
  }
  .press code {
    font-size: 13px;
  }
  .actions-of {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
  }
  .press [name='kept-name'] {
    width: 12em;
    font-weight: 600;
  }
  .actions-of button {
    min-height: 36px;
    padding: 4px 12px;
  }
  .by-hand {
    flex-basis: 100%;
  }
  .by-hand input {
    display: block;
    width: 100%;
    margin-top: 4px;
  }
  @container (min-width: 1500px) {
    .networks-table {
      font-size: 16px;
    }
  }
  @container (max-width: 599.9px) {
    .narrow-hide {
      display: none;
    }
    th,
    td {
      padding-right: 4px;
      font-size: 13px;
    }
    .runs thead th,
    td.wide {
      white-space: normal;
    }
    .networks-table tbody th {
      min-width: 6em;
      padding-right: 6px;
    }
    td.more,
    td.more button {
      min-width: 44px;
      width: 44px;
    }
    :is(.networks-table, .groups) tbody th {
      padding-left: 14px;
    }
    tbody th .swatch {
      width: 10px;
      margin: 0 4px 0 -14px;
    }
    /* The last word of a heading must not run into the next. */
    .networks-table tr > :is(:nth-child(3), :nth-child(4)) {
      padding-right: 8px;
    }
  }
`;
