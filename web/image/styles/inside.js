/** Filters and activation maps, as tiles. */
import { css } from 'lit';

export const inside = css`
  .tiles {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-content: start;
  }
  .tile {
    display: grid;
    justify-items: center;
    min-height: 0;
    padding: 3px 3px 0;
    border: 1px solid transparent;
    border-radius: var(--radius);
    color: var(--muted);
    font-size: 12px;
    line-height: 1.5;
  }
  .tile[aria-checked='true'] {
    border-color: var(--ink);
    color: var(--ink);
    font-weight: 600;
  }
  .tiles canvas {
    width: 64px;
    height: 64px;
  }
  .tiles.few canvas {
    width: 72px;
    height: 72px;
  }
  @container (min-width: 1700px) {
    .tiles canvas,
    .tiles.few canvas {
      width: 80px;
      height: 80px;
    }
  }
`;
