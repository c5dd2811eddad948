// @ts-check
import { Trouble } from '../trouble.mjs';
import { parseServiceUrl } from './reachable.mjs';

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Tests create and delete; they do that on this machine only.
 * @param {string} variable
 * @param {string | undefined} text
 * @returns {string | undefined} the URL as given
 * @throws {Trouble} where it names another machine
 */
export function requireLoopback(variable, text) {
  if (!text) return undefined;
  const { hostname } = parseServiceUrl(variable, text);
  if (LOOPBACK.test(hostname)) return text;
  throw new Trouble(
    `${variable} names ${hostname || 'no host'}, and tests only touch services on 127.0.0.1: unset it to have one started here.`,
  );
}
