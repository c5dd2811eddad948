import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Process {
  name: string;
  pid: number;
}

/** What runs on behalf of a data directory, by the start script's own record. */
export function processesOf(dataDirectory: string): Process[] {
  return JSON.parse(readFileSync(path.join(dataDirectory, 'processes.json'), 'utf8')) as Process[];
}

/** Each process of the stack leads a group of its own, so a group that is gone left nothing behind. */
export function groupIsAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Holds a process of the stack still, as if its machine were gone, while `work` runs. */
export async function whileStopped<T>(dataDirectory: string, name: string, work: () => Promise<T>): Promise<T> {
  const found = processesOf(dataDirectory).find((process) => process.name === name);
  if (!found) throw new Error(`No ${name} was started by this stack.`);
  process.kill(found.pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    process.kill(found.pid, 'SIGCONT');
  }
}
