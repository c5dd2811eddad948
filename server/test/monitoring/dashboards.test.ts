import { describe, expect, it } from '@jest/globals';
import { allDashboards, type Panel, queriesOf } from './dashboard-files.js';
import { GRAFANA, ROOT, textOf } from './deployed-files.js';
import { FAMILIES, familiesIn, foreignLabelsIn } from './families.js';
import { inRuleFile } from './promtool.js';
import { allRules } from './rule-file.js';

const dashboards = allDashboards();
const recorded = new Set(allRules().map(({ name }) => name));
/** Grafana's own, and what they stand for where a query is only parsed. */
const BUILT_IN: Record<string, string> = { __rate_interval: '1m', __range: '1h', __url_time_range: '' };

const overlap = (a: Panel['gridPos'], b: Panel['gridPos']) =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

describe('the dashboards of Grafana', () => {
  it('are the five of the documentation, each with a fixed address of its own', () => {
    const uids = dashboards.map(({ dashboard }) => dashboard.uid).sort();
    expect(uids).toEqual(['fleet', 'latency', 'redis', 'shared-data', 'tenant'].map((name) => `tenantcache-${name}`));
    for (const uid of uids) expect(textOf(ROOT, 'docs/features/monitoring.md')).toContain(uid);
  });

  it('see every family that is exported', () => {
    expect(FAMILIES.size).toBeGreaterThan(60);
    const asked = new Set([
      ...dashboards.flatMap(({ dashboard }) => queriesOf(dashboard).flatMap(({ expr }) => familiesIn(expr))),
      ...allRules().flatMap(({ expr }) => familiesIn(expr)),
    ]);
    expect([...FAMILIES.keys()].filter((family) => !asked.has(family))).toEqual([]);
  });

  describe.each(dashboards.map(({ file, text, dashboard }) => ({ file, text, dashboard })))(
    '$file',
    ({ text, dashboard }) => {
      const panels = dashboard.panels.filter(({ type }) => type !== 'row');

      it('asks for what is exported or recorded, by labels that this has', () => {
        for (const { panel, expr } of queriesOf(dashboard)) {
          const unknown = [
            ...familiesIn(expr).filter((family) => !FAMILIES.has(family)),
            ...(expr.match(/[a-z_]+:[a-z0-9_]+:[a-z0-9]+/g) ?? []).filter((name) => !recorded.has(name)),
          ];
          expect([panel, unknown, foreignLabelsIn(expr)]).toEqual([panel, [], []]);
        }
      });

      it('asks for one job only, so that two installations are not added up', () => {
        for (const { panel, expr } of queriesOf(dashboard)) {
          const series = expr.match(/(?<![\w:])(?:[a-z_]+:)?tenantcache_[a-z0-9_:]+(?!\()/g)?.length;
          expect([panel, expr.match(/job="\$job"/g)?.length]).toEqual([
            panel,
            (series ?? 0) + (expr.includes('ALERTS') ? 1 : 0),
          ]);
        }
      });

      it('uses variables that it has', () => {
        const defined = new Set([
          ...dashboard.templating.list.map(({ name }) => name),
          ...Object.keys(BUILT_IN),
          '__field',
        ]);
        const used = [...text.matchAll(/\$\{?([a-zA-Z_]+)/g)].map(([, name]) => name as string);
        expect(used.filter((name) => !defined.has(name))).toEqual([]);
        for (const { name } of dashboard.templating.list) expect(used).toContain(name);
      });

      it('takes its figures from the chosen data source, and nothing from elsewhere', () => {
        for (const { datasource, targets = [] } of panels)
          for (const source of [datasource, ...targets.map((target) => target.datasource)])
            expect(source).toEqual({ type: 'prometheus', uid: `\${datasource}` });
        expect(text).not.toMatch(/https?:|\bsrc=/);
      });

      it('says of each panel what it shows, in which unit', () => {
        for (const { title, description, fieldConfig, type } of panels) {
          expect([title, (description ?? '').length > 5]).toEqual([title, true]);
          if (type !== 'heatmap') expect([title, fieldConfig?.defaults.unit]).toEqual([title, expect.any(String)]);
          if (type === 'stat')
            expect([title, fieldConfig?.defaults.thresholds?.steps[0]?.value]).toEqual([title, null]);
        }
      });

      it('begins with the figures that matter, and leaves no gaps and no overlaps', () => {
        const first = panels.filter(({ gridPos }) => gridPos.y === 0);
        expect(first.map(({ type }) => type)).toEqual(Array(6).fill('stat'));
        for (const panel of dashboard.panels) {
          const { x, y, w } = panel.gridPos;
          expect(x + w).toBeLessThanOrEqual(24);
          const width = dashboard.panels
            .filter((other) => other.gridPos.y === y)
            .reduce((sum, { gridPos }) => sum + gridPos.w, 0);
          expect([panel.title, width]).toEqual([panel.title, 24]);
          for (const other of dashboard.panels)
            if (other.id > panel.id)
              expect([panel.title, other.title, overlap(panel.gridPos, other.gridPos)]).toContain(false);
        }
        expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
      });

      it('leads to the others with the same choices', () => {
        expect(dashboard.tags).toEqual(['tenantcache']);
        expect(dashboard.links).toEqual([
          expect.objectContaining({ type: 'dashboards', tags: ['tenantcache'], includeVars: true, keepTime: true }),
        ]);
        for (const [, uid] of text.matchAll(/"\/d\/([a-z-]+)\//g))
          expect(dashboards.map((each) => each.dashboard.uid)).toContain(uid);
      });
    },
  );

  it('have queries that Prometheus can parse', () => {
    const queries = dashboards.flatMap(({ dashboard }) => queriesOf(dashboard).map(({ expr }) => expr));
    const rules = [...new Set(queries)].map((expr, index) => ({
      record: `query:${index}`,
      expr: expr.replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => BUILT_IN[name] ?? 'x'),
    }));
    expect(inRuleFile(rules)).toMatchObject({
      ok: true,
      output: expect.stringContaining(`${rules.length} rules found`),
    });
  });

  it('are found by Grafana where the containers put them', () => {
    const compose = textOf(ROOT, 'docker-compose.yml');
    const place = /path: (\S+)/.exec(textOf(GRAFANA, 'provisioning/dashboards/tenantcache.yml'))?.[1];
    expect(compose).toContain(`./deploy/grafana/dashboards:${place}:ro`);
    expect(compose).toContain('./deploy/grafana/provisioning:/etc/grafana/provisioning:ro');
    expect(compose).toContain('./deploy/prometheus/rules:/etc/prometheus/rules:ro');
  });
});
