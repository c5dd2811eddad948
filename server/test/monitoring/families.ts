import { ROOT, textOf } from './deployed-files.js';

const ROW = /^\| `([a-z0-9_]+)` +\| (counter|gauge|histogram) +\| [^|]+\| ([^|]+)\|/gm;

/** What `/metrics` has by docs/features/metrics.md, which a test of its own holds to the exporter; with the labels of each. */
export const FAMILIES: ReadonlyMap<string, readonly string[]> = new Map(
  [...textOf(ROOT, 'docs/features/metrics.md').matchAll(ROW)].map(([, name, type, labels]) => [
    `tenantcache_${name}`,
    [...(labels?.match(/[a-z]+/g) ?? []), ...(type === 'histogram' ? ['le'] : [])],
  ]),
);

/** The families that an expression asks for; what a rule recorded is none. */
export function familiesIn(expr: string): string[] {
  const names = expr.match(/(?<![:\w])tenantcache_[a-z0-9_]+/g) ?? [];
  return names.map((name) => name.replace(/_(bucket|count|sum)$/, ''));
}

const SCRAPED = ['job', 'instance'];

/** Labels that an expression selects or groups by, and that nothing it asks for can have: such a query is never right. */
export function foreignLabelsIn(expr: string): string[] {
  const foreign: string[] = [];
  for (const [, name, selector] of expr.matchAll(/([a-z_:0-9]+)\{([^}]*)\}/g)) {
    const family = familiesIn(name as string)[0];
    const allowed = [...SCRAPED, ...(family ? (FAMILIES.get(family) ?? []) : levelOf(name as string))];
    for (const [, label] of (selector as string).matchAll(/([a-z_]+)\s*=~?|([a-z_]+)\s*!/g))
      if (label && !allowed.includes(label)) foreign.push(label);
  }
  const known = [
    ...SCRAPED,
    ...familiesIn(expr).flatMap((family) => FAMILIES.get(family) ?? []),
    ...(expr.match(/[a-z_]+:tenantcache_[a-z0-9_:]+/g) ?? []).flatMap(levelOf),
  ];
  for (const [, labels] of expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g))
    for (const label of (labels as string).split(',').map((each) => each.trim()))
      if (label && !known.includes(label)) foreign.push(label);
  return foreign;
}

/** `operation_tier:…` has the labels `operation` and `tier`, `fleet:…` none of its own. */
function levelOf(name: string): string[] {
  if (name === 'ALERTS') return ['alertname', 'alertstate'];
  const level = name.split(':')[0] as string;
  return level === 'fleet' ? [] : level.split('_');
}
