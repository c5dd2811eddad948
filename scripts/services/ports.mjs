// @ts-check
import { createServer } from 'node:net';
import { say } from '../say.mjs';
import { Trouble } from '../trouble.mjs';

const NEIGHBOURS = 20;

/** @param {number} port 0 lets the system choose @param {string} host @returns {Promise<number | undefined>} the port that could be bound */
function bind(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}

/** @param {number} port whether loopback and, since someone may hold all interfaces, the wildcard are free */
export async function isFree(port) {
  return (await bind(port, '127.0.0.1')) !== undefined && (await bind(port, '0.0.0.0')) !== undefined;
}

/** Hands out ports that are free on this machine, and no port twice. */
export class Ports {
  /** @type {Set<number>} */
  #given = new Set();

  /** @returns {Promise<number>} any free port */
  async any() {
    for (;;) {
      const port = await bind(0, '127.0.0.1');
      if (port === undefined) throw new Trouble('This machine has no free port on 127.0.0.1: end some programs first.');
      if (this.#claim(port)) return port;
    }
  }

  /**
   * The usual port where it is free, else one near it, with a line that says so.
   * @param {string} topic who will listen
   * @param {number} preferred
   */
  async prefer(topic, preferred) {
    for (let port = preferred; port <= Math.min(preferred + NEIGHBOURS, 65_535); port += 1) {
      if (this.#given.has(port) || !(await isFree(port))) continue;
      this.#claim(port);
      if (port !== preferred) say(topic, `port ${preferred} is taken, using ${port}`);
      return port;
    }
    const port = await this.any();
    say(topic, `port ${preferred} is taken, using ${port}`);
    return port;
  }

  /** @param {string} option @param {number} port the one that was asked for @throws {Trouble} where it is taken */
  async exactly(option, port) {
    if (this.#given.has(port) || !(await isFree(port))) {
      throw new Trouble(
        `Port ${port} is taken: choose another with ${option}, or leave the option out to get a free one.`,
      );
    }
    this.#claim(port);
    return port;
  }

  /**
   * All of these ports, or none.
   * @param {readonly number[]} ports
   * @returns {Promise<number | undefined>} the first that is taken; undefined: all are given out now
   */
  async claimAll(ports) {
    for (const port of ports) if (this.#given.has(port) || !(await isFree(port))) return port;
    for (const port of ports) this.#claim(port);
    return undefined;
  }

  /** @param {number} port */
  #claim(port) {
    if (this.#given.has(port)) return false;
    this.#given.add(port);
    return true;
  }
}
