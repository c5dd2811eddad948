import { type Duration, durationMs } from '../core/duration.js';
import { assertOptionNames } from '../core/options.js';
import { tenantId } from '../core/tenant-id.js';
import type { WarmSource } from '../core/warming.js';
import { assertCount, type TargetOf } from './group-targets.js';
import type { UserReads } from './user-reads.js';

export interface TeamUseOptions {
  readonly tenant: string;
  /** Who is of the team: users of this tenant, as they are noted. */
  readonly usersOf: () => Iterable<string> | Promise<Iterable<string>>;
  readonly reads: Pick<UserReads, 'of'>;
  /** Default `24h`. */
  readonly within?: Duration;
  /** Default 200, at most 10,000. */
  readonly max?: number;
  /** Given what was noted: a group and a kind, or a resource's name and a key. */
  readonly target: TargetOf;
}

const WHERE = 'teamUse()';

/**
 * What the users of a team read lately, what most of them did first, then the most read: for who joins in, as at a sign-in.
 * @throws TenantCacheError `OPTION_INVALID`, `TENANT_INVALID`
 */
export function teamUse(options: TeamUseOptions): WarmSource {
  assertOptionNames(WHERE, options, ['tenant', 'usersOf', 'reads', 'within', 'max', 'target']);
  const { usersOf, reads, within = '24h', max = 200, target } = options;
  assertCount(WHERE, 'max', max, 10_000);
  const withinMs = durationMs(within, 'within', 1);
  const tenant = tenantId(options.tenant);
  return {
    name: 'team-use',
    async targets({ nowMs }) {
      const found = new Map<string, { name: readonly [string, string]; users: number; reads: number }>();
      for (const user of new Set(await usersOf())) {
        for (const { name, reads: count, lastReadMs } of reads.of(tenant, user)) {
          if (lastReadMs < nowMs - withinMs) continue;
          const id = JSON.stringify(name);
          const sum = found.get(id) ?? { name, users: 0, reads: 0 };
          found.set(id, { name, users: sum.users + 1, reads: sum.reads + count });
        }
      }
      return [...found.values()]
        .sort((a, b) => b.users - a.users || b.reads - a.reads)
        .slice(0, max)
        .map(({ name: [first, second] }) => target(first, second));
    },
  };
}
