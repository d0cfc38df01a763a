/** Places for what the page around brings. */
import { html } from 'lit';

/** For the way to bring CIFAR-10. */
export function dataPlace() {
  return html`<div id="data" tabindex="-1"><slot name="data"></slot></div>`;
}
