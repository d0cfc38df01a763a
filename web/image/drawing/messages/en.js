/** The texts of <residua-drawing> in English. Its keys are the keys of every language. */

export const en = /** @satisfies {import('../../../ui/messages.js').Texts} */ ({
  title: 'The network',
  text: ({ name, layers, parameters }) =>
    `${name} has ${layers} layers with weights and ${parameters} parameters. Each box is a 3×3 convolution with norm and ReLU, numbered as in the figures of layers; the last layer is dense. Press a box to see what the layer does.`,
  legend_plain:
    'A plain network has no shortcuts: every layer sees only what the one before gives.',
  legend_residual:
    'An arc is a shortcut: it carries x around two layers to the plus sign, where it is added before the ReLU. Dashed: x has every other pixel, and zeros for the new channels (option A). 1×1: a projection (options B and C).',
  label: ({ name }) => `${name}, drawn layer by layer`,
  input: '3 × 32 × 32',
  stem: ({ channels }) => `to ${channels} channels`,
  stage: ({ number, size, channels }) => `Stage ${number}: ${channels} × ${size} × ${size}`,
  stageFacts: ({ blocks, parameters }) =>
    `${blocks} block${blocks === 1 ? '' : 's'}, ${parameters} parameters`,
  layer: ({ number, name }) => `Layer ${number}, ${name}`,
  layerText: ({ number, name, inputs, outputs, stride, size, weights, rest }) =>
    `Layer ${number}, ${name}: 3×3, ${inputs} to ${outputs} channels, stride ${stride}. It gives ${outputs} maps of ${size}×${size}. ${weights} weights, and ${rest} parameters of norm or bias.`,
  layers: ({ first, last }) => `${first} … ${last}`,
  open: 'Show blocks',
  equal: ({ count }) => `${count} equal blocks`,
  end: ({ features }) => `Average over all pixels: ${features} numbers`,
  endFacts: ({ classes, parameters }) => `dense: ${classes} classes, ${parameters} parameters`,
});
