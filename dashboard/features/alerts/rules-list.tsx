import { Facts } from '@/components/ui/facts';
import type { AlertRules } from '@/data/alert-schema';
import type { Voice } from './alert-words';
import { ruleLines } from './rules-words';

/** When alerts are raised, to read. */
export function RulesList({ rules, voice }: { rules: AlertRules; voice: Voice }) {
  return <Facts facts={ruleLines(rules, voice).map(({ key, name, when }) => ({ key, name, value: when }))} />;
}
