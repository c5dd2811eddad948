import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const PROMETHEUS = path.join(ROOT, 'deploy/prometheus');
export const GRAFANA = path.join(ROOT, 'deploy/grafana');

export const textOf = (...parts: string[]): string => readFileSync(path.join(...parts), 'utf8');

export const filesIn = (directory: string, extension: string): string[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith(extension))
    .sort();
