import {
  BellRing,
  Building2,
  ChartNoAxesColumn,
  Flame,
  Gauge,
  KeyRound,
  Layers,
  type LucideIcon,
  Receipt,
  ScrollText,
  Settings,
  SlidersHorizontal,
} from 'lucide-react';

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
        { href: '/shared', label: 'Shared data', Icon: Layers },
        { href: '/warming', label: 'Warming', Icon: Flame },
        { href: '/billing', label: 'Billing', Icon: Receipt },
      ],
    },
    {
      label: 'Control',
      destinations: [
        { href: '/alerts', label: 'Alerts', Icon: BellRing },
        { href: '/audit', label: 'Audit log', Icon: ScrollText },
        { href: '/settings', label: 'Settings', Icon: Settings },
      ],
    },
  ],
  tenant: [
    {
      label: undefined,
      destinations: [
        { href: '/usage', label: 'Usage', Icon: ChartNoAxesColumn },
        { href: '/my/quota', label: 'Quota', Icon: SlidersHorizontal },
        { href: '/my/statements', label: 'Statements', Icon: Receipt },
        { href: '/my/keys', label: 'API keys', Icon: KeyRound },
        { href: '/my/alerts', label: 'Alerts', Icon: BellRing },
      ],
    },
  ],
};

/** Whether a page belongs to a destination: the page itself or one below it. */
export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
}
