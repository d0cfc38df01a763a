/** Targets for a finger. Only the sheet for paper comes after this one. */
import { css } from 'lit';

export const touch = css`
  @media (pointer: coarse) {
    .lab button,
    .lab select,
    .lab summary,
    .lab label,
    .lab .control input {
      min-height: 44px;
    }
    .lab summary,
    .lab label {
      align-content: center;
    }
  }
`;
