import { filesIn, GRAFANA, textOf } from './deployed-files.js';

interface Target {
  expr: string;
  refId: string;
  datasource: { type: string; uid: string };
}

export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: { type: string; uid: string };
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: Target[];
  fieldConfig?: { defaults: { unit?: string; thresholds?: { steps: { color: string; value: number | null }[] } } };
}

export interface Dashboard {
  uid: string;
  title: string;
  description: string;
  tags: string[];
  schemaVersion: number;
  panels: Panel[];
  links: { type: string; tags: string[]; includeVars: boolean }[];
  templating: { list: { name: string; type: string; definition?: string; query: unknown }[] };
}

export function allDashboards(): { file: string; text: string; dashboard: Dashboard }[] {
  return filesIn(`${GRAFANA}/dashboards`, '.json').map((file) => {
    const text = textOf(GRAFANA, 'dashboards', file);
    return { file, text, dashboard: JSON.parse(text) as Dashboard };
  });
}

export const queriesOf = ({ panels }: Dashboard): { panel: string; expr: string }[] =>
  panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ panel: title, expr })));
