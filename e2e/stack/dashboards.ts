import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Prometheus } from './prometheus.js';

interface Dashboard {
  title: string;
  panels: { title: string; targets?: { expr: string }[] }[];
  templating: { list: { name: string; type: string; definition?: string }[] };
}

export interface Query {
  where: string;
  expr: string;
}

const DIRECTORY = fileURLToPath(new URL('../../deploy/grafana/dashboards/', import.meta.url));
const LABEL_VALUES = /^label_values\((.+), (\w+)\)$/;

/** What Grafana puts in by itself. */
const BUILT_IN: Record<string, string> = { __rate_interval: '1m', __range: '15m' };

/**
 * Every query of every dashboard, with its variables resolved as Grafana does. Of their values `prefer` chooses; without a
 * value a dashboard would be empty, which is an error.
 */
export async function dashboardQueries(
  prometheus: Prometheus,
  prefer: (variable: string, values: string[]) => Promise<string | undefined>,
): Promise<Query[]> {
  const queries: Query[] = [];
  for (const file of readdirSync(DIRECTORY)) {
    const dashboard = JSON.parse(readFileSync(DIRECTORY + file, 'utf8')) as Dashboard;
    const values = { ...BUILT_IN };
    for (const { name, type, definition = '' } of dashboard.templating.list) {
      if (type === 'datasource') continue;
      const [, selector, label] = LABEL_VALUES.exec(definition) ?? [];
      if (!selector || !label) throw new Error(`${file}: the variable ${name} is made of ${definition}.`);
      const found = await prometheus.labelValues(label, resolve(selector, values));
      const value = await prefer(name, found);
      if (value === undefined) throw new Error(`${file}: the variable ${name} has no value among ${found.join(', ')}.`);
      values[name] = value;
    }
    for (const { title, targets = [] } of dashboard.panels)
      for (const { expr } of targets)
        queries.push({ where: `${dashboard.title}, ${title}`, expr: resolve(expr, values) });
  }
  return queries;
}

function resolve(text: string, values: Record<string, string>): string {
  return text.replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`There is no variable ${name} for ${text}.`);
    return value;
  });
}
