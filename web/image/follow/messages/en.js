/** The texts of <residua-follow> in English. Its keys are the keys of every language. */

export const en = /** @satisfies {import('../../../ui/messages.js').Texts} */ ({
  failed: 'The network could not be followed.',
  title: 'One pixel, written out',
  waiting: 'The network is being opened once more, to be computed step by step.',
  text: ({ number, name, channel }) =>
    `Channel ${channel} of layer ${number} (${name}), from what it gets to what it gives. Point at a pixel of a map, or type its row and column: the sum behind it is below.`,
  textFirst:
    'The first layer multiplies 3×3 pixels in three colours by the 27 weights of a filter and adds the products up.',
  textLater:
    'A later layer multiplies 3×3 places in every channel of the layer before by its weights and adds the products up.',
  exact:
    'This view uses direct convolution on the simd128 tier, with the scale of the norm multiplied into the weights, as the core does it to evaluate. JavaScript adds the numbers up here in the core’s order and precision (float32), and holds the result against the core’s own.',
  rowOf: 'Row',
  columnOf: 'Column',
  step_picture: 'Picture',
  step_convolved: 'Convolution, scaled',
  step_normed: 'Norm',
  step_shortcut: 'Shortcut x',
  step_added: 'F(x) + x',
  step_output: 'ReLU',
  stepScale: ({ largest }) =>
    `One scale for all steps: mid-grey is 0, white ${largest}, black −${largest}.`,
  sumsLabel: ({ y, x }) => `The sum at row ${y}, column ${x}`,
  productsFirst: ({ y, x, count }) =>
    `Row ${y}, column ${x}: ${count} products of a pixel (normalised) and a weight, three rows of the filter one after the other.`,
  productsLater: ({ y, x, count, sums }) =>
    `Row ${y}, column ${x}: ${count} products in ${sums} sums.`,
  productsLabel: 'The 27 products',
  pixel: 'row, column',
  red: 'red',
  green: 'green',
  blue: 'blue',
  sum: 'sum',
  chains: ({ count }) => `The ${count} sums, which are added one after the other`,
  chain: ({ terms }) => `${terms} products:`,
  line_convolved: 'Convolution',
  line_shift: 'Norm: add its shift',
  line_shortcut: 'Shortcut: add x',
  line_relu: 'ReLU: no less than 0',
  line_core: 'The core’s value',
  same: ({ bits }) => `the same to the last bit (${bits})`,
  other: ({ bits }) => `not the same (${bits})`,
  answerTitle: 'From maps to an answer',
  answerText: ({ features, height, width }) =>
    `Average pooling makes one number of each of the ${features} last maps: the mean of its ${height}×${width} pixels. The dense layer multiplies each mean by a weight of the class, and adds all products and the bias: that is the class’s logit. Softmax makes probabilities of the logits.`,
  answerLabel: 'The logit of a class, written out',
  class: 'Class',
  featureOf: 'Channel',
  mean: 'Mean',
  weight: 'Weight',
  product: 'Product',
  others: ({ count }) => `The other ${count} channels`,
  bias: 'Bias',
  logitOf: ({ name }) => `Logit of ${name}`,
  logitSame: ({ bits }) => `The core’s logit is the same to the last bit (${bits}).`,
  logitOther: ({ bits }) => `The core’s logit is another (${bits}).`,
  softmax: ({ share }) => `Its probability is ${share}.`,
});
