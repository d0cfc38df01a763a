/** Parquet files of made-up pictures, written by other programs than ours. */
import { PNG } from 'pngjs';

const writers = await Promise.all([
  import('apache-arrow'),
  import('parquet-wasm'),
  import('hyparquet-writer'),
]).catch(() => null);

/** Are they installed? */
export const haveWriters = writers !== null;
const [arrow, wasm, hyparquet] = /** @type {any[]} */ (writers ?? []);

/** Pictures of 32 x 32 with the planes that a net gets. @param {number} count */
export function madeUpPictures(count, seed = 1) {
  return Array.from({ length: count }, (_, image) => {
    const png = new PNG({ width: 32, height: 32 });
    const planes = new Uint8Array(3072);
    for (let pixel = 0; pixel < 1024; pixel++) {
      for (let plane = 0; plane < 3; plane++) {
        const value = (seed * 31 + image * 17 + pixel * (plane + 1) * 3) % 256;
        png.data[4 * pixel + plane] = value;
        planes[plane * 1024 + pixel] = value;
      }
      png.data[4 * pixel + 3] = 255;
    }
    const bytes = new Uint8Array(PNG.sync.write(png, { colorType: image % 2 === 0 ? 2 : 6 }));
    return { bytes, planes, label: (image * 7 + seed) % 10 };
  });
}

/** Hugging Face's metadata, which names the classes.
 * @param {Record<string, readonly string[]>} classes */
function huggingFace(classes) {
  const labels = Object.entries(classes).map(([column, names]) => [
    column,
    { names, _type: 'ClassLabel' },
  ]);
  const features = { img: { _type: 'Image' }, ...Object.fromEntries(labels) };
  return JSON.stringify({ info: { features } });
}

/** By parquet-wasm, from an Arrow table: pictures as a struct of bytes and path, as Hugging Face has
 * them, or as bytes alone.
 * @param {{ bytes: Uint8Array }[]} pictures @param {Record<string, number[]>} labels columns
 * @param {{ codec?: string, rows?: number, dictionary?: boolean, version?: string, column?: string,
 *   isStruct?: boolean, classes?: Record<string, readonly string[]> }} [options] */
export function writeByArrow(pictures, labels, options = {}) {
  const { codec = 'SNAPPY', rows = 100, dictionary = true, version = 'V1' } = options;
  const { column = 'img', isStruct = true, classes } = options;
  const { Binary, Field, Int64, Struct, Utf8, vectorFromArray } = arrow;
  const fields = [new Field('bytes', new Binary(), true), new Field('path', new Utf8(), true)];
  const type = isStruct ? new Struct(fields) : new Binary();
  const values = pictures.map(({ bytes }) => (isStruct ? { bytes, path: 'x.png' } : bytes));
  const columns = { [column]: vectorFromArray(values, type) };
  for (const [name, numbers] of Object.entries(labels)) {
    columns[name] = vectorFromArray(numbers.map(BigInt), new Int64());
  }
  const stream = arrow.tableToIPC(new arrow.Table(columns), 'stream');
  let builder = new wasm.WriterPropertiesBuilder()
    .setCompression(wasm.Compression[codec])
    .setDictionaryEnabled(dictionary)
    .setMaxRowGroupSize(rows)
    .setWriterVersion(wasm.WriterVersion[version]);
  if (classes) {
    builder = builder.setKeyValueMetadata(new Map([['huggingface', huggingFace(classes)]]));
  }
  return wasm.writeParquet(wasm.Table.fromIPCStream(stream), builder.build());
}

/** By hyparquet-writer, pictures as bytes alone.
 * @param {{ bytes: Uint8Array }[]} pictures @param {Record<string, any[]>} labels columns
 * @param {{ codec?: any, rows?: number, classes?: Record<string, readonly string[]>,
 *   compressors?: Record<string, (bytes: Uint8Array) => Uint8Array> }} [options] */
export function writeByHyparquet(pictures, labels, options = {}) {
  const { codec = 'SNAPPY', rows = 100, classes, compressors } = options;
  const columnData = [
    { name: 'image', data: pictures.map(({ bytes }) => bytes), type: 'BYTE_ARRAY' },
    ...Object.entries(labels).map(([name, data]) => ({ name, data })),
  ];
  const kvMetadata = classes && [{ key: 'huggingface', value: huggingFace(classes) }];
  return new Uint8Array(
    hyparquet.parquetWriteBuffer({
      ...{ columnData, codec, compressors, rowGroupSize: rows, kvMetadata },
    }),
  );
}
