/** Styles that every element starts from: its own size as container, buttons, boxes with a message, and
 * text for screen readers alone. Sheets of an element come after these. */
import { css } from 'lit';
import { tokens } from './tokens.js';

const base = css`
  :host {
    display: block;
    container-type: inline-size;
    color: var(--ink);
    font: 15px/1.5 var(--sans);
    font-variant-numeric: tabular-nums;
    overflow-wrap: break-word;
  }
  :host([hidden]) {
    display: none;
  }
  :host(:lang(ko)) {
    word-break: keep-all;
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
  button,
  select {
    font: inherit;
    color: inherit;
    min-height: 40px;
    padding: 8px 16px;
    border: 1px solid var(--axis);
    border-radius: var(--radius);
    background: none;
    max-width: 100%;
  }
  button {
    cursor: pointer;
  }
  button:hover:not(:disabled, [aria-disabled='true']) {
    border-color: var(--ink);
  }
  button:disabled,
  button[aria-disabled='true'] {
    opacity: 0.5;
    cursor: default;
  }
  button.primary {
    border-color: var(--ink);
    background: var(--ink);
    color: var(--ground);
    font-weight: 600;
  }
  @media (forced-colors: active) {
    button.primary {
      forced-color-adjust: none;
      background: ButtonText;
      color: ButtonFace;
    }
  }
  select {
    padding: 4px 8px;
    background: var(--field);
  }
  .box {
    padding: 12px 16px;
    border-left: 3px solid var(--axis);
    background: var(--raised);
    border-radius: 0 var(--radius) var(--radius) 0;
  }
  .notice {
    border-color: var(--alarm);
    overflow-wrap: anywhere;
  }
  .notice p {
    margin: 0;
  }
  .notice:has(> .close) {
    position: relative;
    padding-right: 48px;
  }
  .notice > .close {
    position: absolute;
    top: 4px;
    right: 4px;
    min-width: 40px;
    padding: 0;
    border-color: transparent;
    font-size: 18px;
  }
  .notice .detail {
    color: var(--muted);
    font-size: 14px;
  }
  /* A word that is not broken at its hyphen. */
  .whole {
    white-space: nowrap;
  }
  tr[data-lit] {
    background: var(--raised);
  }
  span[data-lit] {
    background: var(--raised);
    box-shadow: 0 2px 0 var(--focus);
  }
  @media (pointer: coarse) {
    /* A finger drops nothing. */
    .by-dropping {
      display: none;
    }
    button,
    select,
    summary {
      min-height: 44px;
    }
    input:not([type='checkbox'], [type='radio']) {
      min-height: 44px;
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

export const sharedStyles = [tokens, base];
