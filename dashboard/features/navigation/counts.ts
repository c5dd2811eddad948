import type { NavigationCounts } from '@/data/navigation-counts';
import type { Account, Count } from './navigation-panel';

/** The counts of an area by the address of their destination; a zero asks for nothing and is left out. */
export function countsBeside(area: Account['area'], { tenants, openAlerts }: NavigationCounts) {
  const alerts: Count | undefined = openAlerts ? { value: openAlerts, of: 'open' } : undefined;
  const fleet: Count | undefined = tenants ? { value: tenants, of: 'in all' } : undefined;
  return {
    ...(fleet && { '/tenants': fleet }),
    ...(alerts && { [area === 'fleet' ? '/alerts' : '/my/alerts']: alerts }),
  };
}
