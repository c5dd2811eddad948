import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What the processes of the truth test are told. */
export interface TruthSettings {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly adminUrl: string;
}

export interface TruthWorkerArgument extends TruthSettings {
  /** Of this run of the process; its last tenant is its own, so that its parts can be told from others'. */
  readonly file: string;
  readonly tenants: readonly string[];
}

/** One line of a run's account: what began, what it came to, or that the journal has all from before `atMs`. */
export interface TruthRecord {
  readonly kind: 'begun' | 'hit' | 'miss' | 'journalled';
  readonly tenant: number;
  readonly atMs: number;
}

const KINDS = ['begun', 'hit', 'miss', 'journalled'] as const;
const RECORD_BYTES = 16;

/** A file that the process appends to: what was written outlives a kill -9, a record being whole or not there. */
export class TruthFile {
  readonly #fd: number;
  readonly #record = Buffer.alloc(RECORD_BYTES);

  constructor(path: string) {
    this.#fd = openSync(path, 'a');
  }

  note(kind: TruthRecord['kind'], tenant: number, atMs = Date.now()): void {
    this.#record.writeUInt8(KINDS.indexOf(kind), 0);
    this.#record.writeUInt8(tenant, 1);
    this.#record.writeDoubleBE(atMs, 8);
    writeSync(this.#fd, this.#record);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

export function readRecords(path: string): TruthRecord[] {
  const bytes = readFileSync(path);
  return Array.from({ length: Math.floor(bytes.length / RECORD_BYTES) }, (_, index) => {
    const at = index * RECORD_BYTES;
    const kind = KINDS[bytes.readUInt8(at)] as TruthRecord['kind'];
    return { kind, tenant: bytes.readUInt8(at + 1), atMs: bytes.readDoubleBE(at + 8) };
  });
}
