import { count, counted } from '@/components/ui/figures';
import { SectionHead } from '@/components/ui/page-head';
import { StateBadge } from '@/components/ui/state-badge';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import type { RulesAtWork as Reading } from '@/data/alerts';
import { whatHappened } from './alert-words';

/** How often each rule spoke in 30 days: one that speaks all the time is one that nobody hears. */
export function RulesAtWork({ reading: { rules, tenantsWithOwnRules } }: { reading: Reading }) {
  const raised = rules.reduce((sum, rule) => sum + rule.raised, 0);
  const own =
    tenantsWithOwnRules === 0
      ? 'All tenants have the default rules'
      : `${counted(tenantsWithOwnRules, 'tenant')} ${tenantsWithOwnRules === 1 ? 'has rules of its own' : 'have rules of their own'}, the others have the defaults`;
  return (
    <section>
      <SectionHead title={findingOf(raised, rules[0])}>{own}</SectionHead>
      {rules.length > 0 && (
        <Table caption="Alerts raised in 30 days by rule, most first">
          <thead>
            <tr>
              <ColumnHead>When</ColumnHead>
              <ColumnHead>State</ColumnHead>
              <ColumnHead figure>Open</ColumnHead>
              <ColumnHead figure>Raised, 30 d</ColumnHead>
            </tr>
          </thead>
          <tbody>
            {rules.map((rule) => (
              <Row key={`${rule.kind} ${rule.threshold}`}>
                <RowHead>{whatHappened(rule)}</RowHead>
                <Cell>
                  <StateBadge state={rule.severity} />
                </Cell>
                <Cell figure>{count(rule.open)}</Cell>
                <Cell figure>{count(rule.raised)}</Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}

function findingOf(raised: number, most: Reading['rules'][number] | undefined): string {
  if (!most) return 'No alert was raised in 30 days';
  const what = whatHappened(most);
  return `“${what}” spoke most: ${count(most.raised)} of ${counted(raised, 'alert')} in 30 days`;
}
