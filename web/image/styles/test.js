/** The test: confusion matrix and mistakes. */
import { css } from 'lit';

export const test = css`
  .scroll {
    overflow-x: auto;
  }
  .matrix {
    font-size: 13px;
  }
  .matrix caption {
    padding-bottom: 8px;
    color: var(--muted);
    font: 15px/1.5 var(--serif);
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
  }
`;
