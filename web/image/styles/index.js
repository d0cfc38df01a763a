/** The styles of the element. A later sheet decides where two are equally specific. */
import { sharedStyles } from '../../ui/styles.js';
import { answer } from './answer.js';
import { controls } from './controls.js';
import { inside } from './inside.js';
import { layout } from './layout.js';
import { test } from './test.js';

export const styles = [...sharedStyles, layout, controls, answer, inside, test];
