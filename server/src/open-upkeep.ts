import type { ResolvedCacheOptions } from './core/cache-options.js';
import type { TenantDirectory } from './core/directory.js';
import type { EventHub } from './core/events.js';
import type { Engine } from './open-engine.js';
import { Enrolment } from './upkeep/enrolment.js';
import { Upkeep } from './upkeep/upkeep.js';

/** What this process does for all while it leads, and what every process does for the one that leads. */
export function openUpkeep(
  { upkeep: settings }: ResolvedCacheOptions,
  directory: TenantDirectory,
  { upkeep: store, engine, registry, fleet, visits }: Engine,
  { emit }: EventHub,
): Upkeep {
  const enrolment = new Enrolment({ tenants: () => registry.all(), enrol: (tenants) => store.enrol(tenants) });
  registry.onLeave((tenant) => enrolment.forget(tenant));
  return new Upkeep({
    store,
    leadership: directory.leadership?.('upkeep') ?? store.leadership('upkeep'),
    directory,
    enrolment,
    visit: (tenant, thorough) => visits.visit(tenant, thorough),
    gone: (tenant, gone) => engine.figures.gone(tenant, gone),
    paused: () => fleet.record.sharedStoreBypassed,
    emit,
    settings,
  });
}
