import { Building2, ChartNoAxesColumn, Gauge, type LucideIcon, ScrollText } from 'lucide-react';

export interface Destination {
  href: string;
  label: string;
  Icon: LucideIcon;
}

export interface DestinationGroup {
  /** Undefined for the first group, which needs no heading. */
  label: string | undefined;
  destinations: readonly Destination[];
}

/** Only what exists: a link here has a page. */
export const DESTINATIONS: Record<'fleet' | 'tenant', readonly DestinationGroup[]> = {
  fleet: [
    {
      label: undefined,
      destinations: [
        { href: '/', label: 'Overview', Icon: Gauge },
        { href: '/tenants', label: 'Tenants', Icon: Building2 },
      ],
    },
    { label: 'Control', destinations: [{ href: '/audit', label: 'Audit log', Icon: ScrollText }] },
  ],
  tenant: [{ label: undefined, destinations: [{ href: '/usage', label: 'Usage', Icon: ChartNoAxesColumn }] }],
};

/** Whether a page belongs to a destination: the page itself or one below it. */
export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
}
