/** What the workbench says beside the figure: what happened, interrupted runs, runs of a link. */
import { css } from 'lit';

export const notices = css`
  .headline {
    margin: 0;
    font: 600 24px/1.3 var(--serif);
    text-wrap: balance;
    scroll-margin-top: 16px;
  }
  .more-told {
    max-width: 46em;
    font: 16px/1.5 var(--serif);
  }
  .more-told p {
    margin: 0;
  }
  .more-told .caveat {
    margin-top: 4px;
    color: var(--muted);
    font-size: 15px;
  }
  @container (max-width: 599.9px) {
    .headline {
      font-size: 21px;
    }
  }
  @container (min-width: 1500px) {
    .headline {
      font-size: 32px;
    }
    .more-told {
      font-size: 18px;
    }
  }
  .interrupted {
    margin: 16px 0 0;
    border-color: var(--focus);
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
  .undo,
  .reading {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
    margin: 0;
    border-color: var(--axis);
    font-size: 14px;
  }
  .undo span,
  .reading span {
    flex: 1 1 12em;
  }
  #obstacle {
    flex: 1 1 100%;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 8px;
  }
  #obstacle p {
    flex: 1 1 14em;
    margin: 0;
  }
  .reproduction {
    border-color: var(--axis);
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
`;
