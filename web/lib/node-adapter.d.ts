// Comlink ships these types under a name that TypeScript does not look for.
declare module 'comlink/dist/esm/node-adapter.mjs' {
  export default function nodeEndpoint(
    port: import('node:worker_threads').Worker | import('node:worker_threads').MessagePort,
  ): import('comlink').Endpoint;
}
