/** Lines that use a trained network in a page of anybody's. tests/web/pictures.test.js runs them. */

/** @param {string} file of the weights */
export function snippetFor(file) {
  return `<input type="file" accept="image/*"> <output></output>
<script type="module">
  import { createEngine, readPicture } from './residua/index.js';
  const engine = await createEngine();
  const weights = await (await fetch('${file}')).arrayBuffer();
  const net = await engine.loadNet(new Uint8Array(weights));
  const [input, output] = document.querySelectorAll('input, output');
  input.onchange = async () => {
    const shares = await net.classify(await readPicture(input.files[0]));
    output.value = net.classNames[shares.indexOf(Math.max(...shares))];
  };
</script>
`;
}
