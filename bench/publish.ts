import { appendFileSync } from 'node:fs';

export interface Row {
  readonly name: string;
  /** One for each column. */
  readonly cells: readonly (number | string)[];
  readonly target?: string;
  readonly reached?: boolean;
}

/** What a case found out. */
export interface Finding {
  readonly title: string;
  /** What the figures do not say by themselves. */
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** Hands a finding to the run, which prints it and keeps it; a case that is run by itself prints it as JSON. */
export function publish(finding: Finding): void {
  const line = `${JSON.stringify(finding)}\n`;
  const file = process.env.BENCH_FINDINGS;
  if (file) appendFileSync(file, line);
  else process.stdout.write(line);
}
