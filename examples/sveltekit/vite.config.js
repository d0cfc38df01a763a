import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [sveltekit()],
  // Node reads the package itself on the server, so that its modules are found beside it.
  ssr: { external: ['residua'] },
});
