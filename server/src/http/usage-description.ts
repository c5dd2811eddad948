import { daysAnswer, resourcesAnswer, samplesAnswer } from './usage-answer-schemas.js';
import { daySpanQuery, sampleSpanQuery } from './usage-schemas.js';

/** The same of a tenant by its path in the admin API, and by its request in the tenants' own. */
export const DAYS = {
  method: 'get',
  tag: 'Usage',
  summary: 'What was counted on each UTC day',
  description: 'Days without requests are left out. Behind the store by up to `usageInterval`.',
  query: daySpanQuery,
  answers: { 200: { description: 'Oldest first', body: daysAnswer } },
  problems: ['USAGE_NOT_KEPT'],
} as const;

export const SAMPLES = {
  method: 'get',
  tag: 'Usage',
  summary: 'What was counted within each step of a span, and use at its end',
  description: 'For charts. `to` is not included; at most 2,000 steps.',
  query: sampleSpanQuery,
  answers: { 200: { description: 'Oldest first', body: samplesAnswer } },
  problems: ['USAGE_NOT_KEPT'],
} as const;

export const RESOURCES = {
  method: 'get',
  tag: 'Usage',
  summary: 'What was counted of each resource',
  query: daySpanQuery,
  answers: { 200: { description: 'The most asked for first', body: resourcesAnswer } },
  problems: ['USAGE_NOT_KEPT'],
} as const;
