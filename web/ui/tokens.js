/** Colours, fonts and radius of the elements. Every colour has a light and a dark value, and a page can
 * set those that have a --residua- property. */
import { css } from 'lit';

export const tokens = css`
  :host {
    --ground: var(--residua-ground, light-dark(#fbfaf7, #14161a));
    --ink: var(--residua-ink, light-dark(#1d1d1b, #e8e6e1));
    --muted: var(--residua-muted, light-dark(#62605a, #a19e97));
    --hairline: var(--residua-hairline, light-dark(#e6e3dc, #2a2d33));
    --axis: light-dark(#8d8a82, #777a80);
    --raised: light-dark(#f3f1ea, #1c1f25);
    --field: light-dark(#fff, #1c1f25);
    --focus: light-dark(#0072b2, #5cb3f0);
    --alarm: light-dark(#a03a00, #ffa877);
    --radius: 4px;
    --sans: var(--residua-sans, system-ui, sans-serif);
    --serif: var(
      --residua-serif,
      Charter, 'Bitstream Charter', 'Noto Serif KR', Cambria, serif
    );
  }
  @media (forced-colors: active) {
    :host {
      --ground: Canvas;
      --ink: CanvasText;
      --muted: CanvasText;
      --hairline: color-mix(in srgb, CanvasText 35%, Canvas);
      --axis: CanvasText;
      --raised: Canvas;
      --field: Canvas;
      --focus: Highlight;
      --alarm: CanvasText;
    }
  }
`;
