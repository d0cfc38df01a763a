/** What include/residua.h declares, read from its text: the one list of public functions and their
 * parameters. */

/**
 * @typedef {object} Parameter
 * @property {string} name
 * @property {string} type without const and `*`: "rsd_net", "float"
 * @property {number} stars how often it is a pointer
 * @property {boolean} isConst whether what it points to is const
 */
/** @typedef {{ name: string, returns: string, parameters: Parameter[] }} Declaration */

/** @param {string} header */
const withoutComments = (header) => header.replace(/\/\*.*?\*\//gs, '');

/** @param {string} text "const rsd_net *net" @returns {Parameter} */
function parameterOf(text) {
  const match = /^(const )?(\w+) (\**)(\w+)$/.exec(text.trim().replace(/\s+/g, ' '));
  if (!match) throw new Error(`residua.h declares a parameter that is not understood: ${text}`);
  const [, isConst, type, stars, name] = match;
  return { name, type, stars: stars.length, isConst: isConst !== undefined };
}

/** Every function in the order of the header. @param {string} header @returns {Declaration[]} */
export function functionsOf(header) {
  const found = withoutComments(header).matchAll(/^([\w ]+?[ *]+)(rsd_\w+)\(([^)]*)\);/gm);
  return [...found].map(([, returns, name, parameters]) => ({
    name,
    returns: returns.trim(),
    parameters: parameters === 'void' ? [] : parameters.split(',').map(parameterOf),
  }));
}

/** The structs that begin with their size. @param {string} header */
export function structsOf(header) {
  const pattern = /typedef struct (rsd_\w+) \{\s*uint32_t size;/g;
  return new Set([...withoutComments(header).matchAll(pattern)].map(([, name]) => name));
}

/** @param {string} header */
export function enumsOf(header) {
  const pattern = /typedef enum (rsd_\w+) \{/g;
  return new Set([...withoutComments(header).matchAll(pattern)].map(([, name]) => name));
}
