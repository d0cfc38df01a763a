/** What the page may load, and who may show it: the one place that says so, for the server, for the
 * bundle, whose page says it to hosts that send no headers, and for the service worker. Images of
 * CIFAR-10 come from Hugging Face, once the reader has asked for them; its addresses lead on to hf.co. */

/** What a meta element can say too. */
export const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self' https://huggingface.co https://*.huggingface.co https://*.hf.co",
  "worker-src 'self' blob:",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Headers of the page, of its workers and of its service worker. A page's policy does not reach its
 * workers: each has that of its own response. */
export const POLICY_HEADERS = {
  'Content-Security-Policy': `${POLICY}; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};
