/** How a sentence calls a data set: those that everybody knows by their names, others in quotation marks. */

/** @param {string} name */
export const setLabel = (name) => (/^CIFAR-\d+\b/.test(name) ? name : `“${name}”`);
