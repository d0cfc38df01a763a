/** A field of a list's row in which a new name is written. Invariant: Enter keeps the name by leaving the field, Escape
 * leaves it with the name of before. Either puts the focus on the row's `.rename` button. */

/** What listens to the keys of the field. @param {string} name of before */
export const keysOfName =
  (name) =>
  /** @param {KeyboardEvent & { target: HTMLInputElement }} event */
  (event) => {
    const { key, target } = event;
    if (key !== 'Escape' && key !== 'Enter') return;
    event.preventDefault(); // Or the button that gets the focus is pressed.
    if (key === 'Escape') target.value = name;
    /** @type {HTMLElement | null | undefined} */ (
      target.closest('li')?.querySelector('.rename')
    )?.focus();
  };

/** Puts the focus on a field once it is drawn, with its text selected.
 * @param {import('lit').LitElement} element @param {string} name of the field */
export async function selectField(element, name) {
  await element.updateComplete;
  const input = /** @type {HTMLInputElement | null} */ (
    element.renderRoot.querySelector(`[name=${name}]`)
  );
  input?.focus();
  input?.select();
}
