// @ts-check
import { connect } from 'node:net';
import { Trouble } from '../trouble.mjs';

const DEFAULT_PORTS = new Map([
  ['redis:', 6379],
  ['rediss:', 6379],
  ['postgres:', 5432],
  ['postgresql:', 5432],
  ['http:', 80],
  ['https:', 443],
]);

/**
 * @param {string} host @param {number} port @param {number} [timeoutMs]
 * @returns {Promise<boolean>} whether something accepts connections there
 */
export function accepts(host, port, timeoutMs = 3_000) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    /** @param {boolean} answer */
    const settle = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}

/** @param {string} variable @param {string} text @throws {Trouble} where it is no URL; the message holds no password */
export function parseServiceUrl(variable, text) {
  try {
    return new URL(text);
  } catch {
    throw new Trouble(`${variable} is no URL: correct it, or unset it to have the service found or started here.`);
  }
}

/**
 * @param {string} variable the environment variable that named the service
 * @param {string} text its URL
 * @returns {Promise<string>} host and port, fit for a log
 * @throws {Trouble} where nothing listens there
 */
export async function requireReachable(variable, text) {
  const url = parseServiceUrl(variable, text);
  const port = Number(url.port) || (DEFAULT_PORTS.get(url.protocol) ?? 0);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (await accepts(host, port)) return `${url.hostname}:${port}`;
  throw new Trouble(
    `${variable} names ${url.hostname}:${port}, where nothing answers: start it, or unset ${variable} to have the service found or started here.`,
  );
}

/** @param {string} url @returns {Promise<boolean>} whether it answers with a status below 400 */
export async function answersOk(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'manual' }).catch(() => undefined);
  await response?.body?.cancel();
  return response !== undefined && response.status < 400;
}
