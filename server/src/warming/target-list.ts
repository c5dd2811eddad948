import { setImmediate } from 'node:timers/promises';
import { codeOf, fail } from '../core/errors.js';
import type { WarmSource, WarmSourceContext, WarmTarget } from '../core/warming.js';
import { withinTime } from './time-limit.js';

const LOOKS_PER_TURN = 500;
/** Of one source, those that were listed before included. */
const MAX_LOOKS = 1_000_000;

export interface TargetList {
  readonly targets: readonly WarmTarget[];
  /** Of the first source that could not be listed. */
  readonly failedWith: string | undefined;
}

export interface ListOptions extends WarmSourceContext {
  readonly maxTargets: number;
  /** Of each source. */
  readonly timeoutMs: number;
  readonly onFailure: (source: string, code: string) => void;
}

/**
 * What the sources list, in their order, each target once. A source that fails, or takes too long, keeps no other from being
 * listed, and what it listed until then counts. Rejects with the signal's reason once that is aborted, whatever a source does.
 */
export async function listTargets(sources: readonly WarmSource[], options: ListOptions): Promise<TargetList> {
  const { signal, nowMs, maxTargets, timeoutMs, onFailure } = options;
  const targets = new Map<string, WarmTarget>();
  let failedWith: string | undefined;
  for (const source of sources) {
    if (targets.size >= maxTargets) break;
    try {
      await withinTime(signal, timeoutMs, (own) => collect(source, { signal: own, nowMs }, targets, maxTargets));
    } catch (error) {
      signal.throwIfAborted();
      const code = codeOf(error);
      failedWith ??= code;
      onFailure(source.name, code);
    }
  }
  return { targets: [...targets.values()], failedWith };
}

async function collect(
  source: WarmSource,
  context: WarmSourceContext,
  targets: Map<string, WarmTarget>,
  maxTargets: number,
): Promise<void> {
  let looked = 0;
  for await (const target of await source.targets(context)) {
    // A list in memory gives way to nobody by itself: neither to requests, nor to who cancels it.
    if (++looked % LOOKS_PER_TURN === 0) await setImmediate();
    if (context.signal.aborted) return;
    if (looked > MAX_LOOKS) throw fail('LOAD_ABORTED', { given: `a source of more than ${MAX_LOOKS} targets` });
    if (!targets.has(target.id)) targets.set(target.id, target);
    if (targets.size >= maxTargets) return;
  }
}
