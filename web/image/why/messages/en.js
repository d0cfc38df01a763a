/** The texts of <residua-why> in English. Its keys are the keys of every language. */

export const en = /** @satisfies {import('../../../ui/messages.js').Texts} */ ({
  title: 'Why this answer',
  failed: 'The network could not be asked.',
  camText:
    'This network ends in an average over all places and one dense layer, so the logit of a class is an average over places. The class-activation map shows what each of the 8×8 places of the last layer gives. Nothing is estimated: the map’s mean and the bias are the logit.',
  occlusionText:
    'Occlusion asks in another way: it covers one part of the picture after the other with a square of the mean colour, and shows how much the logit falls. The two need not agree, since each place of the last layer has seen more of the picture than it covers.',
  class: 'Class',
  colours: 'Green speaks for the class, purple against it; the picture is grey.',
  cam: 'Class-activation map.',
  camCaption: ({ name, mean, bias, logit, largest }) =>
    `For ${name}: mean ${mean}, bias ${bias}, so the logit is ${logit}. Full colour is ±${largest}, the largest for any class.`,
  camLabel: ({ name, height, width, row, column }) =>
    `Class-activation map for ${name}, ${height} by ${width}; the largest value is in row ${row}, column ${column}`,
  occlusion: 'Occlusion.',
  occlusionCaption: ({ name, size, count, largest }) =>
    `What the logit of ${name} loses when a square of ${size}×${size} pixels is covered, at ${count} places. Full colour is ±${largest}, the largest for any class.`,
  occlusionLabel: ({ name, height, width, row, column }) =>
    `Occlusion map for ${name}, ${height} by ${width}; the logit falls most in row ${row}, column ${column}`,
  cover: 'Cover it part by part',
  covering: ({ share }) => `Covering part after part: ${share}`,
  cancel: 'Cancel',
});
