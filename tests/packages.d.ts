/** Packages without declarations of their own, and those that are installed for a few tests alone. */
declare module 'onnxruntime-web/wasm';
declare module 'apache-arrow';
declare module 'parquet-wasm';
declare module 'hyparquet-writer';

declare module 'pngjs' {
  interface Options {
    width?: number;
    height?: number;
    colorType?: number;
    inputColorType?: number;
    inputHasAlpha?: boolean;
    bitDepth?: number;
  }

  /** A picture of RGBA bytes. */
  export class PNG {
    constructor(options?: Options);
    width: number;
    height: number;
    data: Buffer;
    static sync: {
      read(bytes: Buffer): PNG;
      write(png: PNG | (Options & { data: Uint8Array }), options?: Options): Buffer;
    };
  }
}
