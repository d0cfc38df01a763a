/** Styles of the panel: one column, or two where there is room. */
import { css } from 'lit';
import { sharedStyles } from '../../ui/styles.js';

const own = css`
  :host([hidden]) {
    display: none;
  }
  .panel {
    padding: 24px;
    border: 1px solid var(--hairline);
    border-radius: var(--radius);
    background: var(--raised);
  }
  .head {
    display: flex;
    align-items: start;
    gap: 16px;
  }
  h2 {
    flex: 1;
    margin: 0;
    font: 600 28px/1.2 var(--serif);
  }
  h3 {
    margin: 24px 0 4px;
    font: 600 18px/1.4 var(--serif);
    overflow-wrap: anywhere;
  }
  p {
    margin: 8px 0;
  }
  .intro {
    max-width: 42em;
    font: 17px/1.55 var(--serif);
  }
  .muted {
    color: var(--muted);
    font-size: 14px;
  }
  button.quiet {
    border-color: transparent;
    text-decoration: underline;
    text-decoration-color: var(--axis);
    text-underline-offset: 3px;
    padding: 8px;
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    column-gap: 56px;
  }
  .controls,
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
  }
  input {
    font: inherit;
    color: inherit;
    min-height: 40px;
    padding: 4px 8px;
    border: 1px solid var(--axis);
    border-radius: var(--radius);
    background: var(--field);
    max-width: 100%;
  }
  ul {
    margin: 8px 0;
    padding: 0;
    list-style: none;
  }
  .sets li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: 0 16px;
    padding: 8px 0;
    border-top: 1px solid var(--hairline);
  }
  .sets .set-name {
    overflow-wrap: anywhere;
  }
  .sets [aria-current] .set-name {
    font-weight: 600;
  }
  .sets .muted {
    grid-row: 2;
  }
  .sets .tools {
    grid-row: 1 / 3;
    grid-column: 2;
  }
  .classes li,
  .collected li {
    padding: 8px 0;
    border-top: 1px solid var(--hairline);
  }
  .collected li {
    display: grid;
    gap: 8px;
  }
  .collected .controls input {
    flex: 1 1 6em;
    min-width: 0;
  }
  .collected .held {
    border-left: 3px solid var(--focus);
    padding-left: 12px;
  }
  .hold {
    touch-action: none;
    user-select: none;
  }
  .strip {
    display: flex;
    flex-wrap: wrap;
    gap: 2px;
    margin-top: 4px;
  }
  canvas {
    display: block;
    width: 40px;
    height: 40px;
    image-rendering: pixelated;
    background: var(--hairline);
  }
  .warning {
    border-left: 3px solid var(--alarm);
    padding-left: 12px;
  }
  .skipped ul {
    padding-left: 20px;
    list-style: disc;
    font-size: 14px;
    overflow-wrap: anywhere;
  }
  .waiting,
  .box {
    background: var(--ground);
    margin: 8px 0;
  }
  .waiting > :first-child {
    margin-top: 0;
  }
  .waiting > :last-child {
    margin-bottom: 0;
  }
  @container (max-width: 559.9px) {
    .sets li {
      grid-template-columns: minmax(0, 1fr);
    }
    .sets :is(.muted, .tools) {
      grid-row: auto;
      grid-column: 1;
    }
  }
  .viewfinder {
    display: grid;
    justify-items: start;
    gap: 8px;
    margin: 8px 0;
  }
  video {
    width: min(100%, 240px);
    aspect-ratio: 1;
    object-fit: cover;
    background: #000;
    border-radius: var(--radius);
  }
  progress {
    width: 100%;
    accent-color: var(--ink);
  }
  .trial {
    padding: 12px;
    border: 1px dashed var(--axis);
    border-radius: var(--radius);
  }
  .answer {
    display: grid;
    grid-template-columns: 96px minmax(0, 1fr);
    gap: 4px 16px;
    padding: 12px 0;
    border-top: 1px solid var(--hairline);
    margin-top: 12px;
  }
  .answer canvas {
    width: 96px;
    height: 96px;
  }
  .answer .picture-name {
    grid-column: 1 / -1;
    overflow-wrap: anywhere;
  }
  .answer table {
    border-collapse: collapse;
    align-self: start;
    width: 100%;
    line-height: 1.3;
  }
  .answer th {
    width: 1%;
    max-width: 10em;
    padding: 3px 12px 3px 0;
    overflow: hidden;
    font-weight: 400;
    text-align: right;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .answer .best th,
  .answer .best .share {
    font-weight: 600;
  }
  .answer td {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 3px 0;
  }
  .answer .track {
    flex: 1;
    height: 10px;
    background: var(--hairline);
  }
  .answer .bar {
    display: block;
    height: 100%;
    background: var(--focus);
    forced-color-adjust: none;
  }
  .answer .share {
    min-width: 4.5em;
    text-align: right;
  }
  pre {
    margin: 8px 0;
    padding: 12px;
    overflow-x: auto;
    border: 1px solid var(--hairline);
    border-radius: var(--radius);
    background: var(--ground);
    font: 13px/1.5 ui-monospace, monospace;
  }
  @container (max-width: 560px) {
    .panel {
      padding: 16px;
    }
    .answer {
      grid-template-columns: 64px minmax(0, 1fr);
    }
    .answer canvas {
      width: 64px;
      height: 64px;
    }
    button,
    select,
    input {
      min-height: 44px;
    }
  }
  @container (min-width: 900px) {
    .columns {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
    .columns > div:only-child {
      max-width: 42em;
    }
    .columns h3:first-child {
      margin-top: 0;
    }
  }
`;

export const styles = [...sharedStyles, own];
