import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';

/** What `npm start` itself printed; the logs of what it started are beside it. */
const START_LOG = 'start.log';

export interface Log {
  /** Of the process that wrote it. */
  name: string;
  lines: string[];
}

/** Keeps what a process prints for `printedBy`. */
export function keep(stream: Readable, dataDirectory: string): void {
  stream.on('data', (chunk: Buffer) => appendFileSync(path.join(dataDirectory, START_LOG), chunk));
}

/** All that the start script and every process of its stack have printed until now. */
export function printedBy(dataDirectory: string): Log[] {
  const directory = path.join(dataDirectory, 'logs');
  const files = readdirSync(directory).map((file) => path.join(directory, file));
  return [...files, path.join(dataDirectory, START_LOG)].map((file) => ({
    name: path.basename(file, '.log'),
    lines: readFileSync(file, 'utf8').split('\n').filter(Boolean),
  }));
}

/** Where in the logs one of the texts is, as it is or as a URL has it; without the texts themselves. */
export function linesWith(logs: Log[], texts: Record<string, string>): string[] {
  const found = logs.flatMap(({ name, lines }) =>
    Object.entries(texts).flatMap(([what, text]) =>
      lines.some((line) => line.includes(text) || line.includes(encodeURIComponent(text)))
        ? [`${what} in ${name}.log`]
        : [],
    ),
  );
  return [...new Set(found)];
}
