import type { WarmingRun } from '@/data/warming-schema';

/** Codes of docs/errors.md that a warm-up can come upon. */
const WORDS: Readonly<Record<string, string>> = {
  DIRECTORY_UNAVAILABLE: 'the database did not answer',
  ENTRY_TOO_LARGE: 'a value is larger than an entry may be',
  EXCHANGE_LIMITED: 'the exchange takes no more requests for the moment',
  EXCHANGE_UNAVAILABLE: 'the exchange did not answer as it should',
  LOAD_ABORTED: 'a load was given up',
  LOAD_TIMEOUT: 'a load or a list took too long',
  STORE_UNAVAILABLE: 'the shared store did not answer',
  SYMBOL_UNKNOWN: 'the exchange does not know a symbol',
  UNKNOWN: 'a loader or a list of the application failed',
  VALUE_NOT_CACHEABLE: 'a loader gave nothing that can be stored',
  WARMING_NOT_FOUND: 'no process defines it any more',
  WARMING_RUNNING: 'its process stood still, and another may run it',
};

/** Why a run failed, or else its first target that did; undefined where nothing failed. */
export function failureWords({ code }: Pick<WarmingRun, 'code'>): string | undefined {
  return code === null ? undefined : (WORDS[code] ?? `it failed with ${code}`);
}
