/** The planner's table in the panel. */
import { css } from 'lit';

export const planner = css`
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
`;
