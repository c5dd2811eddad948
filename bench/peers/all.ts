import { asyncCacheDedupe } from './async-cache-dedupe.js';
import { bentocache } from './bentocache.js';
import { cacheManager } from './cache-manager.js';
import { cacheable } from './cacheable.js';
import type { Peer } from './peer.js';
import { tenantcache } from './tenantcache.js';

/** Side by side, ourselves first. */
export const PEERS: readonly Peer[] = [tenantcache, asyncCacheDedupe, bentocache, cacheable, cacheManager];
