import { defineResource } from 'tenantcache';
import type { Analysis } from './market/analysis.js';
import type { Candle, Price } from './market/candle.js';
import type { ValuedPortfolio } from './portfolio.js';

/** What this API caches, with the time for which each kind stays true enough. */
export const PRICE = defineResource<Price>('price', { ttl: '60s' });
export const CANDLES = defineResource<Candle[]>('candles', { ttl: '5m' });
export const ANALYSIS = defineResource<Analysis>('analysis', { ttl: '30m' });
/** `null` is a portfolio that does not exist. */
export const PORTFOLIO = defineResource<ValuedPortfolio | null>('portfolio', { ttl: '5m' });
