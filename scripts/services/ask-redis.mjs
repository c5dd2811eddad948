// @ts-check
import { connect } from 'node:net';

const TIMEOUT_MS = 2_000;

/** @param {string} text what has come so far @returns {{ answer?: string, error?: string } | undefined} once it is whole */
function replyOf(text) {
  const end = text.indexOf('\r\n');
  if (end < 0) return undefined;
  const line = text.slice(1, end);
  if (text[0] === '-') return { error: line };
  if (text[0] !== '$') return { answer: line };
  const body = text.slice(end + 2);
  const length = Number(line);
  return Buffer.byteLength(body, 'latin1') >= length + 2 ? { answer: body.slice(0, length) } : undefined;
}

/**
 * One command on a connection of its own: what runs before anything is installed has no client.
 * @param {number} port on 127.0.0.1
 * @param {string} command words without spaces in them
 * @returns {Promise<string>} the answer, which is no list
 * @throws {Error} what Redis says against it, or that it does not answer
 */
export function askRedis(port, command) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: TIMEOUT_MS });
    let text = '';
    /** @param {string} reason */
    const refuse = (reason) => {
      socket.destroy();
      reject(new Error(`127.0.0.1:${port}: ${reason}`));
    };
    socket.setEncoding('latin1');
    socket.once('connect', () => socket.write(`${command}\r\n`));
    socket.on('data', (data) => {
      text += data;
      const reply = replyOf(text);
      if (!reply) return;
      if (reply.answer === undefined) return refuse(reply.error ?? '');
      socket.destroy();
      resolve(reply.answer);
    });
    socket.once('timeout', () => refuse(`no answer within ${TIMEOUT_MS / 1_000} s`));
    socket.once('error', (error) => refuse(error.message));
    socket.once('close', () => refuse('it closed the connection'));
  });
}

/** @param {number} port @returns {Promise<boolean>} whether it answers PONG, which it does not while it loads its data */
export function pings(port) {
  return askRedis(port, 'PING').then(
    (answer) => answer === 'PONG',
    () => false,
  );
}
