/** Filters and activation maps, as tiles. */
import { css } from 'lit';

export const inside = css`
  .tiles {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-content: start;
  }
  .tiles canvas {
    width: 64px;
    height: 64px;
  }
  .tiles.few canvas {
    width: 80px;
    height: 80px;
  }
`;
