/** Packages that are installed for a few tests alone. */
declare module 'onnxruntime-web/wasm';
