/** The slot for the host's way to bring images. It stands in one place at a time. */
import { html } from 'lit';

export function dataSlot() {
  return html`<div id="data" tabindex="-1"><slot name="data"></slot></div>`;
}
