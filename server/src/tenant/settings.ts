import { assertOptionNames, invalidOption } from '../core/options.js';
import { limitsOf, type TenantSettings } from '../core/quota.js';

export const SETTING_NAMES: readonly string[] = [
  'quotaBytes',
  'overageAllowed',
  'overageLimitBytes',
  'policy',
  'enforcement',
];

/**
 * Settings with every default filled in.
 * @param where the option that holds them, for the message
 * @throws TenantCacheError `OPTION_INVALID` for an unknown name or a value that is not allowed
 */
export function completeSettings(where: string, settings: TenantSettings): Required<TenantSettings> {
  assertOptionNames(where, settings, SETTING_NAMES);
  const { overageAllowed = false, overageLimitBytes = 0 } = settings;
  if (typeof overageAllowed !== 'boolean') {
    throw invalidOption(where, `overageAllowed: ${typeof overageAllowed}`, 'true, false');
  }
  const { quotaBytes, policy, enforcement } = limitsOf(settings);
  return Object.freeze({ quotaBytes, overageAllowed, overageLimitBytes, policy, enforcement });
}
