import { defineResource } from 'tenantcache';
import type { Analysis } from './market/analysis.js';
import type { PositionInput, ValuedPortfolio } from './portfolio.js';

/** What a tenant has in its own cache; its category says for how long each kind stays true enough. */
export const ANALYSIS = defineResource<Analysis>('analysis', { category: 'analysis' });
/** `null` is a portfolio that does not exist, here and below. */
export const PORTFOLIO = defineResource<ValuedPortfolio | null>('portfolio', { category: 'portfolio' });
export const POSITIONS = defineResource<PositionInput[] | null>('positions', { category: 'positions' });
