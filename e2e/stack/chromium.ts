import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The system's Chromium; undefined where Playwright has to use its own. */
export function chromiumOnPath(): string | undefined {
  const directories = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return directories.map((directory) => path.join(directory, 'chromium')).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
