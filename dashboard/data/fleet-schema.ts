import { z } from 'zod';

export const ENFORCEMENTS_OF_OTHERS = ['off', 'observe', 'soft'] as const;
export type EnforcementOfOthers = (typeof ENFORCEMENTS_OF_OTHERS)[number];

/** What holds for all tenants. `version` is its ETag. */
export const FLEET = z.object({
  enforcedPercentage: z.number(),
  enforcementOfOthers: z.enum(ENFORCEMENTS_OF_OTHERS),
  sharedStoreBypassed: z.boolean(),
  version: z.number(),
  changedAt: z.string(),
});
export type Fleet = z.infer<typeof FLEET>;

/** What is to be different. Absent means as it is. */
export const FLEET_CHANGE = z.strictObject({
  enforcedPercentage: z.number().exactOptional(),
  enforcementOfOthers: z.enum(ENFORCEMENTS_OF_OTHERS).exactOptional(),
  sharedStoreBypassed: z.boolean().exactOptional(),
});
export type FleetChange = z.infer<typeof FLEET_CHANGE>;

/** `saved`, or `conflict`: somebody was faster, and this is what holds now. */
export interface FleetSaved {
  readonly kind: 'saved' | 'conflict';
  readonly fleet: Fleet;
  /** Who made it what it is now; undefined where the audit does not tell. */
  readonly actor: string | undefined;
}
