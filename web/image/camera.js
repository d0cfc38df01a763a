/** The camera. It is on from the press of a button until the shot, or until the reader leaves; every
 * stream that is opened is closed. */

/** @type {Record<string, 'denied' | 'absent' | 'taken'>} by the name of the browser's error */
const PROBLEMS = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'absent',
  OverconstrainedError: 'absent',
};

export class Camera {
  /** What it sees. @type {MediaStream | null} */
  stream = null;
  /** Why it cannot be used. @type {'denied' | 'absent' | 'taken' | null} */
  problem = null;
  starting = false;
  /** Counts the starts and stops: a stream that was asked for before the latest is closed. */
  #turn = 0;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  async start() {
    this.stop();
    const turn = this.#turn;
    this.starting = true;
    this.#onChange();
    try {
      const stream = await openCamera();
      if (turn === this.#turn) this.#setStream(stream);
      else endTracks(stream);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.stop();
      this.problem = PROBLEMS[/** @type {Error} */ (error).name] ?? 'taken';
      this.#onChange();
    }
  }

  /** @param {MediaStream} stream */
  #setStream(stream) {
    this.starting = false;
    this.stream = stream;
    for (const track of stream.getTracks()) track.addEventListener('ended', () => this.stop());
    this.#onChange();
  }

  /** Also forgets what went wrong. */
  stop() {
    this.#turn++;
    if (this.stream) endTracks(this.stream);
    const wasOff = !this.stream && !this.starting && !this.problem;
    Object.assign(this, { stream: null, starting: false, problem: null });
    if (!wasOff) this.#onChange();
  }
}

/** Where the page is not secure there is no camera to ask for. */
async function openCamera() {
  if (!navigator.mediaDevices) throw new DOMException('no camera', 'NotFoundError');
  const video = { facingMode: { ideal: 'environment' }, width: { ideal: 1280 } };
  return navigator.mediaDevices.getUserMedia({ video });
}

/** @param {MediaStream} stream */
function endTracks(stream) {
  for (const track of stream.getTracks()) track.stop();
}
