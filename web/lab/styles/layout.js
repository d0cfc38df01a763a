/** Where the parts of the workbench stand: one column, or two where there is room. */
import { css } from 'lit';

export const layout = css`
  /* One column: what it is about, what happened, the chart, its button, the runs, and then the rest. */
  .lab {
    display: flex;
    flex-direction: column;
    gap: 16px;
  }
  .right,
  .figure,
  .callout {
    display: contents;
  }
  .headline {
    order: 1;
  }
  .chart {
    order: 2;
  }
  .actions,
  .why {
    order: 3;
  }
  .more-told {
    order: 4;
  }
  .runs {
    order: 5;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
  }
  .figure-note {
    order: 6;
  }
  .story {
    order: 7;
    padding-top: 8px;
  }
  .below {
    order: 8;
  }
  .figure {
    margin: 0;
  }
  /* What the chart shows is chosen in sight of it; its caption can wait. */
  @media screen {
    @container (max-width: 999.9px) {
      .figure:not(:fullscreen) .figure-note {
        display: contents;
      }
      .figure:not(:fullscreen) :is(.kinds, .figure-tools) {
        order: 4;
        margin: 0;
      }
      .figure:not(:fullscreen) figcaption {
        order: 6;
      }
    }
  }
  /* Two where there is room, the figure in view beside the text. */
  @container (min-width: 1000px) {
    .lab {
      display: grid;
      grid-template:
        'title figure' auto
        'intro figure' auto
        'story figure' auto
        'more figure' 1fr
        / minmax(21rem, 27rem) minmax(0, 1fr);
      gap: 0 56px;
    }
    .lab.alone {
      grid-template: 'title' auto 'figure' auto / minmax(0, 1fr);
    }
    .alone > .intro,
    .alone > .story,
    .alone > .below {
      display: none;
    }
    .title {
      grid-area: title;
    }
    .intro {
      grid-area: intro;
      padding-top: 16px;
    }
    .story {
      grid-area: story;
      padding: 0;
    }
    .below {
      grid-area: more;
    }
    .right {
      grid-area: figure;
      position: sticky;
      top: 16px;
      align-self: start;
    }
    .right {
      display: flex;
      flex-direction: column;
      gap: 16px;
      min-width: 0;
    }
    .figure-note {
      order: 5;
    }
    .runs {
      order: 6;
    }
  }
  @container (min-width: 1700px) {
    .lab:not(.alone) {
      grid-template-columns: 34rem minmax(0, 1fr);
      column-gap: 80px;
    }
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 16px;
  }
  /* Its text is in line with what stands above and below it. */
  .actions #change {
    margin-inline: -8px;
  }
  .actions button {
    white-space: nowrap;
  }
  .left {
    color: var(--muted);
    white-space: nowrap;
  }
  /* In one column, it stays in view while something is trained, with edges where the page goes on. */
  @container (max-width: 999.9px) {
    .actions {
      column-gap: 8px;
    }
    .actions :is(.primary, #other-seed) {
      flex: 1 1 auto;
      padding-inline: 12px;
    }
    .actions.training {
      position: sticky;
      top: 0;
      bottom: 0;
      margin-inline: -20px;
      padding: 8px 20px;
      border-block: 1px solid var(--hairline);
      background: var(--ground);
      flex-wrap: nowrap;
      z-index: 1;
    }
  }
`;
