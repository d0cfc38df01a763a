/** The rows of the element: text and controls left, what they show right, where there is room. */
import { css } from 'lit';

export const layout = css`
  .row {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
    padding-top: 32px;
  }
  .row + .row,
  .part + .row,
  .row + .part,
  .part + .part {
    margin-top: 40px;
    border-top: 1px solid var(--hairline);
  }
  .first.row {
    grid-template-areas: 'title' 'main' 'story';
    padding-top: 0;
  }
  .title {
    grid-area: title;
  }
  .main {
    grid-area: main;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: 12px;
  }
  .story {
    grid-area: story;
    padding-top: 8px;
  }
  @container (min-width: 960px) {
    .row {
      grid-template-columns: minmax(21rem, 27rem) minmax(0, 1fr);
      column-gap: 56px;
    }
    .first.row {
      grid-template: 'title main' auto 'story main' 1fr / minmax(21rem, 27rem) minmax(0, 1fr);
    }
    .test.row {
      grid-template: 'text matrix' auto 'data matrix' 1fr / minmax(21rem, 27rem) minmax(0, 1fr);
    }
    .test .text {
      grid-area: text;
    }
    .test .scroll {
      grid-area: matrix;
    }
    .test #data {
      grid-area: data;
    }
  }
  h2 {
    margin: 0 0 8px;
    font: 600 24px/1.3 var(--serif);
  }
  .text > p {
    margin: 0 0 12px;
    font: 17px/1.55 var(--serif);
  }
  @container (min-width: 1700px) {
    .row,
    .first.row,
    .test.row {
      grid-template-columns: 34rem minmax(0, 1fr);
      column-gap: 80px;
    }
    h2 {
      font-size: 30px;
    }
    .text > p {
      font-size: 20px;
    }
  }
  .text > p.muted {
    font: 14px/1.5 var(--sans);
  }
  .text > p.controls {
    font: inherit;
  }
  .muted {
    color: var(--muted);
    font-size: 14px;
  }
  .facts {
    margin: 0;
  }
  .text label {
    display: block;
    margin-bottom: 12px;
  }
  .text label select {
    margin-left: 8px;
  }
`;
