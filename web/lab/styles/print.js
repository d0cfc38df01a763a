/** The workbench on paper: what happened, the chart with its caption, the runs, the text; nothing to press.
 * This sheet is the last, so it decides. */
import { css } from 'lit';

export const print = css`
  @media print {
    .lab,
    .right {
      display: flex;
      flex-direction: column;
      position: static;
      gap: 16px;
    }
    .title {
      order: -2;
    }
    .intro {
      order: -1;
      padding: 0;
    }
    .figure-note {
      order: 3;
    }
    .chart,
    .headline,
    .networks-table {
      break-inside: avoid;
    }
    .actions,
    .chooser,
    .kinds,
    .tags button,
    .interrupted,
    details,
    dialog,
    .cursor,
    progress,
    .now,
    .networks-table th:last-child,
    td.more {
      display: none;
    }
    .chart {
      min-height: 0;
    }
    .chart svg {
      width: 100%;
      height: auto;
    }
  }
`;
