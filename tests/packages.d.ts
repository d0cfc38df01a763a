/** Packages that are installed for a few tests alone. */
declare module 'onnxruntime-web/wasm';
declare module 'apache-arrow';
declare module 'parquet-wasm';
declare module 'hyparquet-writer';
