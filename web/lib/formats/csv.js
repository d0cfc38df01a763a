/** Lines of CSV (RFC 4180). Invariant: a text that a spreadsheet would compute begins with an apostrophe,
 * since names come from strangers too. */

/** @param {string | number} cell */
function quoted(cell) {
  const isFormula = typeof cell === 'string' && /^\s*[=+\-@]/.test(cell);
  const text = isFormula ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line without its end. @param {(string | number)[]} cells */
export const csvLine = (cells) => cells.map(quoted).join(',');
