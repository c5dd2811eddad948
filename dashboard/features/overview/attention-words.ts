import { limitMib, mib, percent, shareOfQuota } from '@/components/ui/figures';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import { moment } from '@/components/ui/times';
import type { AttentionRow } from '@/data/attention';
import { refuses, type StateCounts } from '@/data/attention-rank';

const RECENT_MINUTES = 10;
const WORDS = ['no', 'one', 'two', 'three'];
const few = (count: number) => WORDS[count] ?? String(count);
const tenants = (count: number) => `${count === 1 ? 'One tenant' : `${number(count)} tenants`}`;

/** The first line of the overview: must someone do something now? */
export function fleetFinding({ tenants: all, over, warning, refusing, unknown }: StateCounts): string {
  if (all === 0) return 'No tenant yet';
  if (over > 0) {
    const writes = refusing > 0 ? ` and ${few(refusing)} ${refusing === 1 ? 'refuses' : 'refuse'} writes` : '';
    return `${tenants(over)} ${over === 1 ? 'is' : 'are'} over quota${writes}`;
  }
  if (refusing > 0) return `${tenants(refusing)} ${refusing === 1 ? 'refuses' : 'refuse'} writes`;
  if (warning > 0)
    return `${tenants(warning)} ${warning === 1 ? 'uses' : 'use'} over 80${NO_BREAK_SPACE}% of ${warning === 1 ? 'its' : 'their'} quota`;
  if (unknown === all) return 'The use of the quotas is not known yet';
  if (unknown > 0) return `No tenant whose use is known is above 80${NO_BREAK_SPACE}% of its quota`;
  return `All tenants are below 80${NO_BREAK_SPACE}% of their quota`;
}

/** What is calm, so that the rows below can be taken for all there is. */
export function fleetLead({ tenants: all, over, warning, evicting, unknown }: StateCounts): string {
  const calm = all - over - warning - unknown;
  const parts = [
    `${number(calm)} of ${number(all)} ${all === 1 ? 'tenant is' : 'tenants are'} below 80${NO_BREAK_SPACE}% of ${all === 1 ? 'its' : 'their'} quota`,
  ];
  parts.push(
    evicting === 0
      ? `none evicted for space in the last ${RECENT_MINUTES} minutes`
      : `${few(evicting)} evicted for space in the last ${RECENT_MINUTES} minutes`,
  );
  if (unknown > 0) parts.push(`of ${few(unknown)} the use is not known yet`);
  return `${parts.join('; ')}.`;
}

/** What is wrong with one tenant, after its name. */
export function trouble(row: AttentionRow): string {
  const { state, usedBytes, quotaBytes, hardLimitBytes, recent, policy } = row;
  if (refuses(row, recent)) return 'refuses writes';
  if (state === 'critical') {
    return `is ${mib(usedBytes - hardLimitBytes)} over its ${hardLimitBytes > quotaBytes ? 'hard limit' : 'quota'}`;
  }
  if (state === 'exceeded') return `is ${mib(usedBytes - quotaBytes)} over its quota`;
  if (recent.evictions >= 1 && policy !== 'reject')
    return `evicts ${perMinute(recent.evictions)} to stay below its quota`;
  return `uses ${shareOfQuota(usedBytes, quotaBytes)} of its quota`;
}

const ORDER = {
  lru: 'the least recently used entries go',
  lfu: 'the least often used entries go',
  ttl: 'the entries that end soonest go',
  hybrid: 'the entries used least lately and least often go',
  reject: 'new entries are refused',
};

/** The cause and what follows from it, in a sentence or two. */
export function cause(row: AttentionRow): string {
  const { state, usedBytes, quotaBytes, hardLimitBytes, recent, policy, enforcement } = row;
  const stored = `${mib(usedBytes)} of ${limitMib(quotaBytes)}`;
  if (refuses(row, recent)) {
    const refused = number(Math.round(recent.rejections));
    return `${stored} stored, policy reject: ${refused} ${recent.rejections < 1.5 ? 'write' : 'writes'} refused in ${RECENT_MINUTES} minutes. Reads work.`;
  }
  const losing = recent.evictions >= 1 ? ` It evicts ${perMinute(recent.evictions)} for space${hitRate(recent)}.` : '';
  if (enforcement === 'observe') return `${stored}. The quota is only observed: nothing is evicted or refused for it.`;
  if (state === 'critical')
    return `${stored}.${losing || ' Entries are evicted until the use is below the limit.'} Reads work.`;
  if (state === 'exceeded')
    return `${stored}. Writes pass up to ${limitMib(hardLimitBytes)}; then ${ORDER[policy]}.${losing}`;
  return `${stored}, ${shareOfQuota(usedBytes, quotaBytes)} of the quota.${losing || ` When it is full, ${ORDER[policy]}.`}`;
}

function hitRate({ requests, hits }: AttentionRow['recent']): string {
  return requests < 1 ? '' : `; ${percent(Math.min(1, hits / requests))} of its requests are hits`;
}

function perMinute(evictions: number): string {
  const rate = Math.round(evictions / RECENT_MINUTES);
  if (rate < 1) return 'an entry now and then';
  return rate === 1 ? 'an entry a minute' : `${number(rate)} entries a minute`;
}

/** Of samples five minutes apart, so only about. */
export function sinceWords({ since }: Pick<AttentionRow, 'since'>): string {
  if (!since) return '';
  return since.earlier ? `for more than 24${NO_BREAK_SPACE}hours` : `since about ${moment(since.atMs)} UTC`;
}

/** What the rows leave out: “1 more over quota, 4 more over 80 % of theirs”; empty where they are all. */
export function othersWords({ over, warning }: StateCounts, rows: readonly Pick<AttentionRow, 'state'>[]): string {
  const shown = (...states: string[]) => rows.filter(({ state }) => states.includes(state)).length;
  const moreOver = over - shown('critical', 'exceeded');
  const moreWarned = warning - shown('warning');
  const parts = [
    ...(moreOver > 0 ? [`${number(moreOver)} more over quota`] : []),
    ...(moreWarned > 0
      ? [`${number(moreWarned)} more over 80${NO_BREAK_SPACE}% of ${moreWarned === 1 ? 'its' : 'their'} quota`]
      : []),
  ];
  return parts.join(', ');
}
