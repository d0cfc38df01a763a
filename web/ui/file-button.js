/** A button that opens the browser's choice of files. The same file can be chosen twice in a row. */
import { html, nothing } from 'lit';

/** @param {string} label
 * @param {(files: File[]) => void} onFiles
 * @param {{ id?: string, name?: string, accept?: string, multiple?: boolean, folder?: boolean, quiet?: boolean }} [options]
 *   `name` is the hidden input's, `accept` its file types; `folder`: all files of a folder, with
 *   their webkitRelativePath */
export function fileButton(
  label,
  onFiles,
  { id, name, accept, multiple = false, folder = false, quiet = false } = {},
) {
  const choose = (/** @type {{ target: HTMLElement }} */ { target }) =>
    /** @type {HTMLElement} */ (target.nextElementSibling).click();
  const onChange = (/** @type {{ target: HTMLInputElement }} */ { target }) => {
    onFiles([...(target.files ?? [])]);
    target.value = '';
  };
  return html`<button id=${id ?? nothing} class=${quiet ? 'quiet' : nothing} @click=${choose}>
      ${label}</button
    ><input
      type="file"
      name=${name ?? nothing}
      accept=${accept ?? nothing}
      ?multiple=${multiple}
      ?webkitdirectory=${folder}
      hidden
      @change=${onChange}
    />`;
}
