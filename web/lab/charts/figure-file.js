/** A drawn figure as a file: SVG with its styles written in, or a PNG of that SVG. */

const SVG = 'http://www.w3.org/2000/svg';
/** What the page's styles decide of a figure's parts. */
const STYLES = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-opacity', 'stroke-width', 'stroke-dasharray'],
  ...['stroke-linecap', 'stroke-linejoin', 'paint-order', 'opacity'],
];
const TEXT_STYLES = ['font-family', 'font-size', 'font-weight', 'text-anchor'];
const TEXT_SIZE = 13;
/** The text below a figure, in pixels. */
const CAPTION = { size: 14, line: 20, above: 24, margin: 8, family: 'Georgia, Cambria, serif' };
/** Pixels of a PNG for each of the figure. */
const SCALE = 2;

/** @param {SVGSVGElement} figure in the page @param {{ title: string, caption: string,
 *   mark: string }} words `mark` is written on it, `caption` below it */
export function svgOf(figure, { title, caption, mark }) {
  const { width, height: drawn } = figure.viewBox.baseVal;
  const lines = wrapped(caption, width - 2 * CAPTION.margin);
  const height = drawn + CAPTION.above + lines.length * CAPTION.line;
  const colors = new Colors();
  const copy = /** @type {SVGSVGElement} */ (figure.cloneNode(true));
  const copies = copy.querySelectorAll('*');
  for (const [i, part] of figure.querySelectorAll('*').entries()) inline(part, copies[i], colors);
  for (const style of copy.querySelectorAll('style')) style.remove();
  copy.removeAttribute('class');
  copy.setAttribute('xmlns', SVG);
  copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
  copy.setAttribute('height', String(height));
  const { backgroundColor, color, fontFamily } = getComputedStyle(document.body);
  const ground = { width, height, fill: colors.hex(backgroundColor).color };
  const place = { x: width - 4, y: TEXT_SIZE, 'text-anchor': 'end', 'font-size': TEXT_SIZE };
  copy.prepend(
    made('title', {}, title),
    made('desc', {}, caption),
    made('rect', ground),
    made('text', { ...place, 'font-family': fontFamily, fill: colors.hex(color).color }, mark),
  );
  const ink = {
    'font-family': CAPTION.family,
    'font-size': CAPTION.size,
    fill: colors.hex(color).color,
  };
  copy.append(
    ...lines.map((line, i) => {
      const y = drawn + CAPTION.above + i * CAPTION.line;
      return made('text', { ...ink, x: CAPTION.margin, y, 'text-anchor': 'start' }, line);
    }),
  );
  return new XMLSerializer().serializeToString(copy);
}

/** A caption in lines that fit, broken between words.
 * @param {string} text @param {number} width in pixels */
function wrapped(text, width) {
  const context = /** @type {CanvasRenderingContext2D} */ (
    document.createElement('canvas').getContext('2d')
  );
  context.font = `${CAPTION.size}px ${CAPTION.family}`;
  const fits = (/** @type {string} */ line) => context.measureText(line).width <= width;
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(/(?<= )/)) {
    const line = (lines.at(-1) ?? '') + word;
    if (lines.length > 0 && fits(line.trimEnd())) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines;
}

/** @param {string} name @param {Record<string, string | number>} attributes
 * @param {string} [text] */
function made(name, attributes, text = '') {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}

/** Writes into a copy what the styles of the original have come to.
 * @param {Element} original @param {Element} copy @param {Colors} colors */
function inline(original, copy, colors) {
  const computed = getComputedStyle(original);
  const isText = original.tagName === 'text';
  for (const name of isText ? [...STYLES, ...TEXT_STYLES] : STYLES) {
    copy.setAttribute(name, computed.getPropertyValue(name));
  }
  for (const name of ['fill', 'stroke']) {
    const value = computed.getPropertyValue(name);
    if (value === 'none') continue;
    const { color, alpha } = colors.hex(value);
    const opacity = Number(computed.getPropertyValue(`${name}-opacity`)) * alpha;
    copy.setAttribute(name, color);
    copy.setAttribute(`${name}-opacity`, String(opacity));
  }
  for (const name of ['class', 'style']) copy.removeAttribute(name);
}

/** Colours as every program knows them, of those that only browsers know. */
class Colors {
  #context = /** @type {CanvasRenderingContext2D} */ (
    Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
      willReadFrequently: true,
    })
  );

  /** @param {string} css */
  hex(css) {
    this.#context.clearRect(0, 0, 1, 1);
    this.#context.fillStyle = css;
    this.#context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = this.#context.getImageData(0, 0, 1, 1).data;
    const digits = [red, green, blue].map((part) => part.toString(16).padStart(2, '0'));
    return { color: `#${digits.join('')}`, alpha: Math.round((alpha / 255) * 1000) / 1000 };
  }
}

/** @param {string} svg @returns {Promise<Blob>} */
export async function pngOf(svg) {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width * SCALE;
    canvas.height = image.height * SCALE;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no PNG'))), 'image/png');
    });
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
