/** The part of @jsquash/webp that is used; its own types bring those of Emscripten along. */
declare module '@jsquash/webp/codec/dec/webp_dec.js' {
  export default function makeDecoder(options: object): Promise<{
    decode(bytes: Uint8Array): { width: number; height: number; data: Uint8ClampedArray } | null;
  }>;
}
