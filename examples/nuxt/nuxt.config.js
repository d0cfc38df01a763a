export default defineNuxtConfig({
  compatibilityDate: '2026-11-01',
  telemetry: false,
  vue: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('residua-') } },
  // The server gets the whole package, so that its modules are found beside it.
  nitro: { externals: { traceInclude: ['node_modules/residua/dist/*'] } },
});
