/** Packages that ship no types, or are installed for a few tests alone: the parts that are used. */
declare module 'pngjs' {
  export class PNG {
    constructor(size: { width: number; height: number });
    data: Buffer;
    static sync: { write(image: PNG, options?: { colorType?: number }): Buffer };
  }
}
declare module 'apache-arrow';
declare module 'parquet-wasm';
declare module 'hyparquet-writer';
