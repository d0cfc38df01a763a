/** The choice of a network, and maps as tiles. */
import { css } from 'lit';
import { sharedStyles } from '../../ui/styles.js';
import { inside } from '../styles/inside.js';
import { layout } from '../styles/layout.js';

const own = css`
  .choice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 16px;
    margin: 8px 0 0;
  }
  canvas {
    display: block;
    image-rendering: pixelated;
  }
  .at-hand {
    width: 96px;
    height: 96px;
  }
`;

export const styles = [...sharedStyles, layout, inside, own];
