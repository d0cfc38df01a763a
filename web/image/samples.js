/** Photographs of a free licence that can be looked at without any of one's own. samples/LICENSE.md says where
 * they are from. */

/**
 * @typedef {object} Sample
 * @property {'cat' | 'rocket'} id its name is the text sample_ID
 * @property {URL} address
 * @property {{ author: string, licence: 'cc0' | 'publicDomain' }} credit
 */

/** @type {readonly Sample[]} */
export const SAMPLES = [
  {
    id: 'cat',
    address: new URL('./samples/cat.jpg', import.meta.url),
    credit: { author: 'Stefan van der Walt', licence: 'cc0' },
  },
  {
    id: 'rocket',
    address: new URL('./samples/rocket.jpg', import.meta.url),
    credit: { author: 'SpaceX', licence: 'publicDomain' },
  },
];

/** @param {Sample} sample @returns {Promise<Blob>} */
export async function fileOf({ address }) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The host answers ${response.status}.`);
  return response.blob();
}
