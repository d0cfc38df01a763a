import { css } from 'lit';

export const styles = css`
  :host {
    --ground: var(--residua-ground);
    --ink: var(--residua-ink);
    --muted: var(--residua-muted);
    --hairline: var(--residua-hairline);
    --raised: light-dark(#f3f1ea, #1c1f25);
    --alarm: light-dark(#a03a00, #ffa877);
    display: block;
    container-type: inline-size;
    font-variant-numeric: tabular-nums;
    overflow-wrap: break-word;
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
  .row {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
    padding-top: 32px;
  }
  .row + .row {
    margin-top: 40px;
    border-top: 1px solid var(--hairline);
  }
  .first.row {
    grid-template-areas: 'title' 'main' 'story';
    padding-top: 0;
  }
  .title {
    grid-area: title;
  }
  .main {
    grid-area: main;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: 12px;
  }
  .story {
    grid-area: story;
    padding-top: 8px;
  }
  @container (min-width: 960px) {
    .row {
      grid-template-columns: minmax(21rem, 27rem) minmax(0, 1fr);
      column-gap: 56px;
    }
    .first.row {
      grid-template: 'title main' auto 'story main' 1fr / minmax(21rem, 27rem) minmax(0, 1fr);
    }
    .test.row {
      grid-template: 'text matrix' auto 'data matrix' 1fr / minmax(21rem, 27rem) minmax(0, 1fr);
    }
    .test .text {
      grid-area: text;
    }
    .test .scroll {
      grid-area: matrix;
    }
    .test #data {
      grid-area: data;
    }
  }
  h2 {
    margin: 0 0 8px;
    font: 600 24px/1.3 var(--residua-serif);
  }
  .text > p {
    margin: 0 0 12px;
    font: 17px/1.55 var(--residua-serif);
  }
  .text > p.muted {
    font: 14px/1.5 var(--residua-sans);
  }
  .text > p.controls {
    font: inherit;
  }
  .muted {
    color: var(--muted);
    font-size: 14px;
  }
  .facts {
    margin: 0;
  }
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
  button,
  select {
    font: inherit;
    color: inherit;
    min-height: 40px;
    padding: 8px 16px;
    border: 1px solid var(--axis);
    border-radius: var(--radius);
    background: none;
    cursor: pointer;
    max-width: 100%;
  }
  select {
    padding: 4px 8px;
    background: light-dark(#fff, #1c1f25);
  }
  select[name='kind'] {
    min-height: 32px;
    margin-left: 4px;
  }
  button:hover:not(:disabled),
  select:hover {
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
  .text label {
    display: block;
    margin-bottom: 12px;
  }
  .text label select {
    margin-left: 8px;
  }
  .notice {
    padding: 12px 16px;
    border-left: 3px solid var(--alarm);
    background: var(--raised);
    border-radius: 0 var(--radius) var(--radius) 0;
    overflow-wrap: anywhere;
  }
  .notice p,
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
    font: 17px/1.55 var(--residua-serif);
    text-align: center;
  }
  .empty p {
    max-width: 32em;
    margin: 0 0 12px;
  }
  .empty button {
    font: 15px/1.5 var(--residua-sans);
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
  figcaption {
    margin-top: 12px;
    color: var(--muted);
    font: 15px/1.5 var(--residua-serif);
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

  .tiles {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-content: start;
  }
  .tiles canvas {
    width: 64px;
    height: 64px;
  }
  .tiles.few canvas {
    width: 80px;
    height: 80px;
  }

  .scroll {
    overflow-x: auto;
  }
  .matrix {
    font-size: 13px;
  }
  .matrix caption {
    padding-bottom: 8px;
    color: var(--muted);
    font: 15px/1.5 var(--residua-serif);
    text-align: left;
  }
  .matrix thead th {
    height: 7em;
    padding: 4px 0;
    vertical-align: bottom;
    font-weight: 400;
  }
  .matrix thead span {
    display: inline-block;
    writing-mode: vertical-rl;
    text-orientation: sideways;
    transform: rotate(180deg);
    white-space: nowrap;
  }
  .matrix tbody th {
    padding: 0 8px 0 0;
    font-weight: 400;
    text-align: right;
    white-space: nowrap;
  }
  .matrix tbody td {
    min-width: 42px;
    height: 34px;
    padding: 0 4px;
    border: 1px solid var(--hairline);
    background: color-mix(in oklab, var(--line) calc(var(--share) * 0.4), var(--ground));
    text-align: center;
  }
  .matrix tbody td.right {
    font-weight: 600;
    outline: 1px solid var(--ink);
    outline-offset: -2px;
  }
  .matrix tbody td.none {
    color: var(--muted);
  }
  .matrix tbody td.error {
    padding-left: 12px;
    border: 0;
    background: none;
    text-align: right;
    white-space: nowrap;
  }
  .matrix thead th.error {
    padding-left: 12px;
    text-align: right;
  }

  .gallery {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(104px, 1fr));
    gap: 12px 4px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  @container (min-width: 960px) {
    .gallery {
      grid-template-columns: repeat(auto-fill, minmax(128px, 1fr));
    }
  }
  .gallery .sample {
    display: grid;
    gap: 2px;
    width: 100%;
    padding: 4px;
    font-size: 13px;
    line-height: 1.35;
    text-align: left;
  }
  .gallery canvas {
    width: 80px;
    height: 80px;
    margin-bottom: 2px;
  }
  .gallery .answered {
    font-weight: 600;
  }
  .gallery .muted {
    font-size: 13px;
  }

  @container (max-width: 559.9px) {
    .controls > :is(label, span):first-child {
      flex-basis: 100%;
    }
    .matrix {
      font-size: 11px;
    }
    .matrix tbody td {
      min-width: 23px;
      padding: 0 1px;
    }
    .matrix tbody th {
      padding-right: 4px;
    }
    .matrix tbody td.error,
    .matrix thead th.error {
      padding-left: 4px;
    }
    .bars td,
    .bars th {
      padding-block: 3px;
    }
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
