import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface SignIn {
  email: string;
  password: string;
  role: string;
  tenantId: string | null;
}

/** What `npm start -- --json` prints when it is ready. */
export interface Stack {
  apiUrl: string;
  dashboardUrl: string;
  prometheusUrl: string;
  redisUrl: string;
  signIns: SignIn[];
  dataDirectory: string;
  pid: number;
}

const VARIABLE = 'TENANTCACHE_E2E_STACK';

/** Workers inherit the environment of the process that started the stack. */
export function publishStack(stack: Stack): void {
  process.env[VARIABLE] = JSON.stringify(stack);
}

export function runningStack(): Stack {
  const text = process.env[VARIABLE];
  if (!text) throw new Error('The stack is not running: stack/start.ts starts it.');
  return JSON.parse(text) as Stack;
}

/** Secrets of the demo, with which its clients sign their tokens. */
export function secretsOf({ dataDirectory }: Stack): { adminTokenSecret: string; tenantTokenSecret: string } {
  return JSON.parse(readFileSync(path.join(dataDirectory, 'secrets.json'), 'utf8'));
}
