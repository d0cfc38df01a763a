'use client';

import 'residua/element';
import { useEffect, useState } from 'react';
import { createEngine } from 'residua/worker';

/** Trains in the reader's browser, below a workbench. */
export function Training() {
  const [text, setText] = useState('');
  useEffect(() => {
    const stop = new AbortController();
    train(setText, stop.signal).catch((error) => {
      if (!stop.signal.aborted) setText(error.message);
    });
    return () => stop.abort();
  }, []);
  return (
    <>
      <p>{text}</p>
      <residua-lab experiment="images=200&testImages=50&epochs=1&run=resnet8" />
    </>
  );
}

async function train(show, signal) {
  const engine = await createEngine();
  try {
    const data = await engine.synthetic({ images: 500, testImages: 100 });
    const net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
    for await (const tick of net.train(data, { epochs: 3, signal })) {
      show(`epoch ${tick.epoch}: training error ${tick.trainError} (${tick.trajectory})`);
    }
  } finally {
    engine.dispose();
  }
}
