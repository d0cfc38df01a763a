/** The texts of <residua-inside> in English. Its keys are the keys of every language. */

export const en = /** @satisfies {import('../../../ui/messages.js').Texts} */ ({
  network: 'Network',
  untrained: 'not trained yet: its weights are those that training begins with',
  training: ({ step }) => `in training, iteration ${step}; the maps follow`,
  trained: 'trained',
  failed: 'The network could not be looked into.',
  waiting: 'The maps appear with the training images.',
  mapsTitle: ({ layer }) => `What layer ${layer} answers`,
  mapsText:
    'Each map shows where one channel responds to the picture at hand. Another of the training images above is one press away.',
  mapsScale: ({ count, largest }) =>
    `${count} maps after the ReLU, the strongest on average first, on one scale: black is 0, white ${largest}, grey the square root between.`,
  silent: ({ count }) => `${count} of the layer’s maps ${count === 1 ? 'is' : 'are'} 0 everywhere.`,
  mapsLabel: ({ layer, count, largest }) =>
    `${count} activation maps of layer ${layer}, from 0 to ${largest}`,
  atHand: 'The picture at hand',
});
