/** Fields and quiet buttons of the workbench. */
import { css } from 'lit';

export const controls = css`
  button.quiet {
    border-color: transparent;
    padding-inline: 8px;
    text-decoration: underline;
    text-decoration-color: var(--axis);
    text-underline-offset: 3px;
  }
  /* Where colours are forced, a transparent edge is drawn unless it is of the ground's colour. */
  @media (forced-colors: active) {
    button.quiet {
      border-color: Canvas;
    }
  }
  input[type='checkbox'] {
    width: 18px;
    min-height: 18px;
    margin: 0 4px 0 0;
    vertical-align: -3px;
    accent-color: var(--ink);
  }
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }
  select,
  input {
    font-variant-numeric: tabular-nums;
    min-height: 36px;
  }
  input {
    width: 5.5em;
    max-width: 100%;
    padding: 4px 8px;
    border: 1px solid var(--axis);
    border-radius: var(--radius);
    font: inherit;
    color: inherit;
    background: var(--field);
  }
  input[aria-invalid='true'] {
    border-color: var(--alarm);
    outline: 1px solid var(--alarm);
  }
  select:disabled,
  input:disabled {
    opacity: 0.6;
  }
`;
