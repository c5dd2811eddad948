// @ts-check

const STILL_RUNNING_EVERY_MS = 10_000;

// A closed pipe (`npm start | head`) must not kill the process before it has stopped what it started.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

/** @param {string} topic @param {string} text one line on stdout, its topic in a column of eleven characters */
export function say(topic, text) {
  process.stdout.write(`${topic.padEnd(10)} ${text}\n`);
}

/** @param {number} durationMs */
export function seconds(durationMs) {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

/**
 * Runs something long with a line before it, one every ten seconds, and one after it.
 * @template T
 * @param {string} topic
 * @param {string} text
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function sayWhile(topic, text, work) {
  const startedAt = performance.now();
  say(topic, `${text} …`);
  const timer = setInterval(() => say(topic, `… ${seconds(performance.now() - startedAt)}`), STILL_RUNNING_EVERY_MS);
  try {
    const result = await work();
    say(topic, `done in ${seconds(performance.now() - startedAt)}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
