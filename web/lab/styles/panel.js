/** The panel with the controls of the experiment. */
import { css } from 'lit';

export const panel = css`
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
  .networks {
    list-style: none;
    margin: 0 0 8px;
    padding: 0;
  }
  .networks li {
    border-bottom: 1px solid var(--hairline);
  }
  .networks .swatch {
    margin-left: 0;
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
    min-width: 44px;
    padding: 0;
    color: var(--muted);
    font-size: 18px;
  }
  .networks .fields {
    padding: 4px 0 16px;
  }
  @container (max-width: 599.9px) {
    .field {
      grid-template-columns: minmax(0, 7.5em) minmax(0, 1fr) minmax(0, 5.5em);
    }
  }
  .for-all,
  .presets {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
    margin: 12px 0 0;
    font-size: 14px;
  }
  .presets button {
    min-height: 36px;
    padding: 4px 12px;
  }
`;
