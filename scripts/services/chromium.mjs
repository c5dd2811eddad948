// @ts-check
import { say, sayWhile } from '../say.mjs';
import { Trouble } from '../trouble.mjs';
import { findOnPath, isExecutable } from './find-binary.mjs';
import { run } from './run.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** @returns {Promise<string[] | undefined>} what goes before apt-get; undefined where it would ask for a password */
async function rootCommand() {
  if (process.getuid?.() === 0) return [];
  const sudo = findOnPath('sudo');
  if (!sudo) return undefined;
  return (await run({ command: sudo, args: ['-n', 'true'] }, 'ignore')) === 0 ? [sudo, '-n'] : undefined;
}

/** @returns {Promise<string | undefined>} */
async function installByApt() {
  const aptGet = findOnPath('apt-get');
  const prefix = aptGet ? await rootCommand() : undefined;
  if (!aptGet || !prefix) return undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  /** @param {string[]} args */
  const apt = (args) => {
    const [command = aptGet, ...rest] = [...prefix, aptGet, ...args];
    return run({ command, args: rest, env }, 'ignore');
  };
  await sayWhile('chromium', 'not on PATH: apt-get install chromium', async () => {
    await apt(['-q', 'update']);
    await apt(['-q', 'install', '-y', '--no-install-recommends', 'chromium']);
  });
  return findOnPath('chromium');
}

/**
 * @param {string} playwright its command-line program
 * @returns {Promise<boolean>} whether Playwright has, or could download, a browser of its own
 */
async function installByPlaywright(playwright) {
  const code = await sayWhile('chromium', 'not to be had from the system: Playwright downloads its own', () =>
    run({ command: process.execPath, args: [playwright, 'install', 'chromium'] }, 'ignore'),
  );
  return code === 0;
}

/**
 * The browser of the end-to-end tests.
 * @param {{ playwright: string }} options
 * @returns {Promise<string | undefined>} its path; undefined where Playwright knows where its own one is
 * @throws {Trouble} where there is none
 */
export async function provideChromium({ playwright }) {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (!isExecutable(given)) throw new Trouble(`CHROMIUM_PATH is ${given}, which is no program: correct or unset it.`);
    return given;
  }
  const found = NAMES.map((name) => findOnPath(name)).find((file) => file !== undefined) ?? (await installByApt());
  if (found) {
    say('chromium', found);
    return found;
  }
  if (await installByPlaywright(playwright)) return undefined;
  throw new Trouble('There is no Chromium for the end-to-end tests: install it, or set CHROMIUM_PATH.');
}
