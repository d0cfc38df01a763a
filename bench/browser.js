/** Cases in Chromium, each in a fresh page's worker. Not pinned: its processes are its own. */
import { launchWholeChromium } from '../tests/chromium.js';
import { root } from '../tools/process.js';
import { serve } from '../web/serve.js';

export async function openBrowser() {
  const server = await serve({ port: 0, page: root });
  const browser = await launchWholeChromium();
  return {
    runtime: `Chromium ${browser.version()}`,
    /** @param {'full' | 'quick'} pace @param {import('./cases.js').Case} wanted */
    async runCase(pace, wanted) {
      const page = await browser.newPage();
      try {
        await page.goto(`${server.url}bench/browser.html`);
        return await page.evaluate(inPage, { pace, wanted });
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Runs in the page. @param {{ pace: string, wanted: import('./cases.js').Case }} request
 * @returns {Promise<any>} */
function inPage(request) {
  const worker = new Worker('browser-worker.js', { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(request);
  });
}
