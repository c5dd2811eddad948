import { fail } from './errors.js';
import { invalidOption } from './options.js';
import { type TenantId, tenantId } from './tenant-id.js';

/** Makes a tenant id of what came from outside. @throws TenantCacheError `TENANT_MISSING`, `TENANT_INVALID` */
export type TenantIdRule = (raw: unknown) => TenantId;

const NAME = 'tenantIds';

/**
 * The rule for tenant ids: the grammar that is always there, and on top of it a pattern that the whole id must match. A
 * pattern can therefore refuse ids, and never let one through that the grammar refuses.
 * @throws TenantCacheError `OPTION_INVALID`
 */
export function tenantIdRule(where: string, pattern: RegExp | undefined): TenantIdRule {
  if (pattern === undefined) return tenantId;
  if (!(pattern instanceof RegExp)) {
    throw invalidOption(where, `${NAME}: ${typeof pattern}`, 'a RegExp, such as /org_[a-z0-9]{12}/');
  }
  // They make a pattern remember where its last match ended, so that one id would pass every other time.
  if (pattern.global || pattern.sticky) {
    throw invalidOption(where, `${NAME} with the flags ${pattern.flags}`, 'a RegExp without the flags g and y');
  }
  const whole = new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace('m', ''));
  if (!SAMPLES.some((sample) => whole.test(sample)) && !canMatchWord(pattern.source)) {
    throw invalidOption(
      where,
      `${NAME}: a RegExp that no tenant id matches`,
      'one that matches ids of 1 to 64 characters',
    );
  }
  return (raw) => {
    const id = tenantId(raw);
    if (whole.test(id)) return id;
    throw fail('TENANT_INVALID', { given: `${id.length} characters`, allowed: `${String(pattern)}, the whole of it` });
  };
}

const SAMPLES = ['a', 'A', '1', 'acme', 'ACME', 'acme-1', 'acme_1', '42', '2f9c1e7a-4f0b-4c53-9a6f-0d3a5c1e8b77'];

/** Whether a pattern asks for any character that a tenant id may have: one that does not is a slip. */
function canMatchWord(source: string): boolean {
  // Of escapes only \d, \w, the negated classes, code points and back references may stand for such a character.
  const without = source.replace(/\\[bBfnrtvs]/g, '').replace(/\\[dwDWSpPxuck0-9]/g, 'a');
  return /[A-Za-z0-9_.-]|\[/.test(without);
}
