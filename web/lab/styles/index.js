/** The styles of the workbench. A later sheet decides where two are equally specific. */
import { css } from 'lit';
import { sharedStyles } from '../../ui/styles.js';
import { controls } from './controls.js';
import { figure } from './figure.js';
import { layout } from './layout.js';
import { notices } from './notices.js';
import { panel } from './panel.js';
import { planner } from './planner.js';
import { print } from './print.js';
import { runs } from './runs.js';
import { touch } from './touch.js';

const host = css`
  :host {
    line-height: 1.45;
  }
`;

export const styles = [
  ...[...sharedStyles, host, layout, controls, figure, notices, runs, panel, planner, touch, print],
];
