/** An evaluation in detail, for a reader: each class, which classes are taken for which, the worst mistakes. */

import { stdout } from 'node:process';
import { counted } from '../lib/counted.js';
import { columnsOf, percent, print, row } from './output.js';

/** @typedef {import('../lib/index.js').Details} Details */

/** Mistakes and confusions that are listed; JSON has them all. */
const LISTED = 10;

/** @param {number[]} counts */
const sumOf = (counts) => counts.reduce((sum, count) => sum + count, 0);

/** Of the images that were taken for a class, the share that shows it; null where there are none.
 * @param {number[][]} confusion */
export const precisionsOf = (confusion) =>
  confusion.map((row, k) => shareOf(row[k], sumOf(confusion.map((counts) => counts[k]))));

/** Of the images of a class, the share that was taken for it; null where there are none.
 * @param {number[][]} confusion */
export const recallsOf = (confusion) => confusion.map((row, k) => shareOf(row[k], sumOf(row)));

/** @param {number} part @param {number} whole */
const shareOf = (part, whole) => (whole > 0 ? part / whole : null);

/** @param {Details} details @param {readonly string[]} classes */
export function reportDetails({ confusion, topFiveError, mistakes }, classes) {
  const names = confusion.map((_, k) => classes[k] ?? `class ${k}`);
  if (topFiveError !== null) print(`top-5 error ${percent(topFiveError)}`);
  reportClasses(confusion, names);
  reportConfusion(confusion, names);
  if (mistakes.length === 0) return;
  head('The most confident mistakes:');
  for (const { index, label, predicted, probability } of mistakes.slice(0, LISTED)) {
    const taken = `${names[label]} taken for ${names[predicted]}`;
    print(`image ${index}: ${taken}, ${percent(probability)}`);
  }
}

/** @param {string} text */
function head(text) {
  print('');
  print(text);
  print('');
}

/** @param {number[][]} confusion @param {string[]} names */
function reportClasses(confusion, names) {
  const [precisions, recalls] = [precisionsOf(confusion), recallsOf(confusion)];
  const number = String(names.length - 1).length;
  const widths = [Math.max(...names.map(({ length }) => length)) + number + 1, 6, 9, 9];
  print('');
  print(row(['', 'images', 'recall', 'precision'], widths));
  confusion.forEach((counts, k) => {
    const label = `${String(k).padStart(number)} ${names[k]}`;
    print(row([label, sumOf(counts), percent(recalls[k]), percent(precisions[k])], widths));
  });
}

/** All of the confusion where the terminal has room for it, else the most frequent confusions.
 * @param {number[][]} confusion @param {string[]} names */
function reportConfusion(confusion, names) {
  const most = Math.max(...confusion.flat());
  const cell = Math.max(String(most).length, String(names.length - 1).length);
  const widths = [cell, ...names.map(() => cell)];
  if (sumOf(widths) + 2 * names.length > columnsOf(stdout)) return reportFrequent(confusion, names);
  head('Images of a class (row) by the class that they were taken for (column):');
  print(row(['', ...names.keys()], widths));
  confusion.forEach((counts, k) => {
    print(row([String(k).padStart(cell), ...counts], widths));
  });
}

/** @param {number[][]} confusion @param {string[]} names */
function reportFrequent(confusion, names) {
  const pairs = confusion.flatMap((counts, label) =>
    counts.map((count, taken) => ({ count, label, taken })),
  );
  const wrong = pairs.filter(({ count, label, taken }) => count > 0 && label !== taken);
  if (wrong.length === 0) return;
  head('The most frequent confusions:');
  wrong.sort((a, b) => b.count - a.count);
  for (const { count, label, taken } of wrong.slice(0, LISTED)) {
    print(`${names[label]} taken for ${names[taken]}: ${counted(count, 'image')}`);
  }
}
