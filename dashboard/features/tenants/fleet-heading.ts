import { counted } from '@/components/ui/figures';

export interface StateCounts {
  tenants: number;
  warning: number;
  exceeded: number;
  critical: number;
  /** Tenants whose use nobody knows. */
  unknown: number;
}

/** “12 of 212 tenants need room: 3 are over quota, 9 are close”. */
export function fleetHeading({ tenants, warning, exceeded, critical, unknown }: StateCounts): string {
  if (tenants === 0) return 'No tenant yet';
  if (unknown === tenants) return `${counted(tenants, 'tenant')}, use not known`;
  const over = exceeded + critical;
  const needy = over + warning;
  if (needy === 0) {
    if (unknown > 0)
      return `${counted(tenants - unknown, 'tenant')} have room, ${unknown} ${unknown === 1 ? 'is' : 'are'} not known`;
    return tenants === 1 ? 'The one tenant has room' : `All ${counted(tenants, 'tenant')} have room`;
  }
  const parts = [
    ...(over > 0 ? [`${over} ${over === 1 ? 'is' : 'are'} over quota`] : []),
    ...(warning > 0 ? [`${warning} ${warning === 1 ? 'is' : 'are'} close`] : []),
  ];
  return `${needy} of ${counted(tenants, 'tenant')} ${needy === 1 ? 'needs' : 'need'} room: ${parts.join(', ')}`;
}

/** What a full list of tenants says of the fleet. */
export function stateCounts(tenants: readonly { usage: { state: string } | null }[]): StateCounts {
  const of = (state: string) => tenants.filter(({ usage }) => usage?.state === state).length;
  return {
    tenants: tenants.length,
    warning: of('warning'),
    exceeded: of('exceeded'),
    critical: of('critical'),
    unknown: tenants.filter(({ usage }) => usage === null).length,
  };
}
