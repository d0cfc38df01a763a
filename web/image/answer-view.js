/** The view of a picture: whole, as the network sees it, and what the network says of it. */
import { html, nothing } from 'lit';
import { number, percent } from '../ui/format.js';
import { lineColor } from '../ui/palette.js';
import { className, NAMED } from './classes.js';
import { pressed, resized } from './crop.js';
import { draw } from './draw.js';

/** @typedef {import('./view.js').View} View */
/** @typedef {import('./images.js').Picture} Picture */

/** @param {View} view */
export function answerFigure(view) {
  const { session, t, lang } = view;
  const { picture, opened } = session;
  const { choice, kind } = /** @type {import('./networks.js').OpenNetwork} */ (opened);
  if (!picture) return html`<div class="empty"><p>${t('noPicture')}</p></div>`;
  const given = picture.given?.kind === kind ? picture.given.label : null;
  const data = kind === 'shapes' ? t('synthetic') : (session.source?.name ?? 'CIFAR-10');
  const shows = picture.given
    ? t('captionTest', { data, given: given === null ? '–' : className(kind, given, lang) })
    : picture.sample
      ? t('captionSample', { sample: t(`sample_${picture.sample.id}`) })
      : t('captionOwn', { picture: picture.name });
  return html`<figure class=${`answer ${picture.original ? 'with-original' : ''}`}>
    <div class="looked">
      ${picture.original ? original(view, picture.original) : nothing}
      <canvas class="seen" role="img" aria-label=${t('seen')} ${draw(picture.pixels)}></canvas>
      ${bars(view, given)}
    </div>
    <figcaption>
      <b>${t('figure')}</b> ${shows} ${t('captionAnswer', { network: choice.name })}
      ${picture.sample ? credit(picture.sample, t) : nothing}
    </figcaption>
  </figure>`;
}

/** @param {import('./samples.js').Sample} sample @param {View['t']} t */
function credit({ credit: { author, licence } }, t) {
  return t('credit', { author, licence: t(`licence_${licence}`) });
}

/** The whole picture with the square that the network sees. @param {View} view
 * @param {NonNullable<Picture['original']>} original */
function original({ element, session, t, lang }, { pixels, crop }) {
  const { drag } = element;
  const { width, height } = pixels;
  const share = (/** @type {number} */ part, /** @type {number} */ all) => `${(100 * part) / all}%`;
  const place = `left: ${share(crop.x, width)}; top: ${share(crop.y, height)}; width: ${share(crop.side, width)}; height: ${share(crop.side, height)}`;
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const next = pressed(crop, event, pixels);
    if (!next) return;
    event.preventDefault();
    void session.crop(next);
  };
  const onSize = (/** @type {{ target: HTMLInputElement }} */ { target }) =>
    session.crop(resized(crop, target.valueAsNumber, pixels));
  const most = Math.min(width, height);
  const percents = { x: percent(lang, crop.x / width, 0), y: percent(lang, crop.y / height, 0) };
  return html`<div class="original">
    <div class="frame">
      <canvas role="img" aria-label=${t('original')} ${draw(pixels)}></canvas>
      <button
        class="square"
        style=${place}
        aria-label=${t('square', percents)}
        aria-describedby="square-keys"
        @pointerdown=${(/** @type {PointerEvent} */ event) => drag.begin(event, crop)}
        @pointermove=${(/** @type {PointerEvent} */ event) => drag.move(event, pixels)}
        @pointerup=${() => drag.end()}
        @pointercancel=${() => drag.end()}
        @keydown=${onKey}
      ></button>
    </div>
    <label class="size"
      >${t('squareSize')}
      <input
        type="range"
        name="size"
        min=${Math.min(32, most)}
        max=${most}
        .value=${String(crop.side)}
        aria-valuetext=${t('pixels', { count: number(lang, crop.side) })}
        @input=${onSize}
    /></label>
    <p class="muted" id="square-keys">${t('squareKeys')}</p>
  </div>`;
}

/** The probabilities: a table whose cells are bars. @param {View} view @param {number | null} given */
function bars({ session, t, lang }, given) {
  const opened = /** @type {import('./networks.js').OpenNetwork} */ (session.opened);
  const { kind, net } = opened;
  const { probabilities } = session;
  const { classes } = net.spec;
  const rows = Array.from({ length: classes }, (_, i) => ({
    index: i,
    share: probabilities?.[i] ?? 0,
  }));
  // Of many classes, the most probable; ten keep their places, so that pictures can be compared.
  if (classes > NAMED) rows.sort((a, b) => b.share - a.share).splice(NAMED);
  const most = Math.max(...rows.map(({ share }) => share));
  return html`<table class="bars" style=${`--line: ${lineColor(net.spec)}`}>
    <caption class="unseen">${t('barsCaption')}</caption>
    <thead class="unseen">
      <tr><th scope="col">${t('class')}</th><th scope="col">${t('probability')}</th></tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ index, share }) => html`<tr class=${probabilities && share === most ? 'best' : ''}>
          <th scope="row">
            ${className(kind, index, lang)}${
              index === given ? html` <span class="given">${t('given')}</span>` : nothing
            }
          </th>
          <td>
            <span class="track"><span class="bar" style=${`width: ${share * 100}%`}></span></span>
            <span class="share">${probabilities ? percent(lang, share) : '…'}</span>
          </td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}
