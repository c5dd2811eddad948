import { Facts } from '@/components/ui/facts';
import { count, percent } from '@/components/ui/figures';
import type { Advice } from '@/data/advice-schema';
import { fullOf, goalText, paceOf, type Voice } from './advice-words';

/** How fast it fills, what a better hit rate would need, and what the cache is worth. */
export function AdviceFacts({ advice, voice }: { advice: Advice; voice: Voice }) {
  const { quota, growth, effectiveness } = advice;
  const tenant = voice === 'tenant';
  return (
    <Facts
      facts={[
        { key: 'pace', name: tenant ? 'You grow by' : 'Use grows by', value: paceOf(growth) },
        { key: 'full', name: tenant ? 'Your limit is reached' : 'The limit is reached', value: fullOf(growth) },
        ...(quota?.goals ?? []).map(({ hitRate, bytes }) => ({
          key: `goal-${hitRate}`,
          name: `${Math.round(hitRate * 100)} of 100 requests from cache would need`,
          value: goalText(bytes),
        })),
        ...(effectiveness
          ? [
              {
                key: 'saved',
                name: tenant ? 'Trips to your database saved, 7 days' : 'Loads saved, 7 days',
                value: count(effectiveness.originCallsSaved),
              },
              {
                key: 'time',
                name: tenant ? 'Work of your database saved' : 'Time of the origin saved',
                value: percent(effectiveness.savedShare),
              },
            ]
          : []),
      ]}
    />
  );
}
