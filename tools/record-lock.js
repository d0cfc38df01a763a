/** Who trains a run. A lock is a file with a line for each process that works on its run: the process's number
 * and, where /proc says it, when it began, since numbers are given again. Invariant: a lock is taken by one driver
 * alone, and it holds as long as one of its processes lives, whatever became of the others. */
import { randomUUID } from 'node:crypto';
import { appendFile, link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** The run of NAME.lock is being trained. @param {string} file */
export async function isLocked(file) {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const lives = await Promise.all(lines.map(isOfLiving));
  return lives.includes(true);
}

/** Takes a lock for this process, unless another holds it. @param {string} file @returns {Promise<boolean>} */
export async function takeLock(file) {
  return (await create(file)) || ((await removeDead(file)) && create(file));
}

/** Creates the lock with its line in it, so that nobody reads an empty one; false if there is one already.
 * @param {string} file @returns {Promise<boolean>} */
async function create(file) {
  const own = nameBeside(file);
  await writeFile(own, await lineOf(process.pid), { flag: 'wx' });
  try {
    return await linked(own, file);
  } finally {
    await rm(own);
  }
}

/** @param {string} file */
const nameBeside = (file) => `${file}.${randomUUID()}`;

/** Gives a file another name, unless that is there. @param {string} file @param {string} name */
function linked(file, name) {
  return link(file, name).then(
    () => true,
    (error) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}

/** Lets a lock hold until this process, too, has ended. @param {string} file @param {number} pid */
export async function addToLock(file, pid) {
  await appendFile(file, await lineOf(pid));
}

/** @param {string} file */
export async function releaseLock(file) {
  await rm(file, { force: true });
}

/** Removes a lock that nobody holds. It is moved away first and looked at again, since another driver may have
 * done the same, and taken the lock, in between. @param {string} file @returns {Promise<boolean>} whether it is gone */
async function removeDead(file) {
  if (await isLocked(file)) return false;
  const moved = nameBeside(file);
  const isMoved = await rename(file, moved).then(
    () => true,
    () => false,
  );
  if (!isMoved) return true;
  const isDead = !(await isLocked(moved));
  if (!isDead) await linked(moved, file);
  await rm(moved);
  return isDead;
}

/** @param {number} pid */
const lineOf = async (pid) => `${pid} ${await beginningOf(pid)}\n`;

/** @param {string} line of a lock */
async function isOfLiving(line) {
  const [, number, began] = /^(\d+) (\d*)$/.exec(line) ?? [];
  const pid = Number(number ?? 0);
  if (pid === 0 || !isAlive(pid)) return false;
  return began === '' || began === (await beginningOf(pid));
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** When a process began, in ticks since the machine did. "" where there is no /proc, and of a process that has
 * ended and that nobody has asked about since. @param {number} pid @returns {Promise<string>} */
async function beginningOf(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The program's name comes before these fields, and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}

/** What --list says of a run. @param {{ done: boolean, running: boolean, epoch: number }} progress */
export function stateOf({ done, running, epoch }) {
  if (done) return 'done';
  if (running) return 'running';
  return epoch > 0 ? 'interrupted' : 'to do';
}
