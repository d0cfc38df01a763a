/** Where the parts of the workbench stand: one column, or two where there is room. */
import { css } from 'lit';

export const layout = css`
  /* One column, the figure first; two where there is room, the figure in view beside them. */
  .lab {
    display: grid;
    grid-template: 'title' 'figure' 'actions' 'runs' 'story' 'more' / minmax(0, 1fr);
    gap: 16px;
  }
  .title {
    grid-area: title;
  }
  .story {
    grid-area: story;
    padding-top: 8px;
  }
  .actions {
    grid-area: actions;
  }
  .below {
    grid-area: more;
  }
  .right {
    display: contents;
  }
  .figure {
    grid-area: figure;
    margin: 0;
  }
  .runs {
    grid-area: runs;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
  }
  @container (min-width: 960px) {
    .lab {
      grid-template:
        'title figure' auto
        'story figure' auto
        'actions figure' auto
        'more figure' 1fr
        / minmax(21rem, 27rem) minmax(0, 1fr);
      column-gap: 56px;
    }
    .right {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 16px;
      grid-area: figure;
      position: sticky;
      top: 16px;
      align-self: start;
    }
    .figure,
    .runs {
      grid-area: auto;
    }
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    position: sticky;
    bottom: 0;
    padding-block: 8px 12px;
    background: var(--ground);
    box-shadow: 0 -8px 8px var(--ground);
    z-index: 1;
  }
  .left {
    color: var(--muted);
    margin-left: 8px;
  }
  @container (max-width: 599.9px) {
    .actions button.primary {
      flex: 1 1 auto;
    }
  }
`;
