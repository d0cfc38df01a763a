/** Text of others, made harmless for where it is shown. Invariant: what comes out moves no cursor, ends no line,
 * turns no text round and hides nothing, and JSON that goes in says the same when it comes out. */

/** Controls, ends of lines, half characters, and what changes how other characters are shown, such as
 * U+202E. The joiners of letters, emoji and words are none of these. */
const LIVE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?!\u200C|\u200D|\u2060)\p{Cf}/gu;

/** @param {string} character */
const escaped = (character) =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

/** The text with each such character as its number: "\u001b". @param {string} text */
export const inert = (text) => text.replace(LIVE, escaped);
