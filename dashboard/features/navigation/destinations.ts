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
  /** What is there, in a few words. */
  about: string;
  /** Other words that find it. */
  keywords: string;
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
        {
          href: '/',
          label: 'Overview',
          Icon: Gauge,
          about: 'Hit ratio, latency, evictions',
          keywords: 'home dashboard figures attention evicted services',
        },
        {
          href: '/tenants',
          label: 'Tenants',
          Icon: Building2,
          about: 'Quotas, use and states',
          keywords: 'limit customers policy evict hit rate entries advice',
        },
        {
          href: '/shared',
          label: 'Shared data',
          Icon: Layers,
          about: 'Datasets and who reads them',
          keywords: 'market groups origin calls budget stale invalidate',
        },
        {
          href: '/warming',
          label: 'Warming',
          Icon: Flame,
          about: 'Jobs and their runs',
          keywords: 'warm-up preload schedule cron',
        },
        {
          href: '/billing',
          label: 'Billing',
          Icon: Receipt,
          about: 'Invoices and amounts',
          keywords: 'statements bills prices money cost mb-hours',
        },
      ],
    },
    {
      label: 'Control',
      destinations: [
        {
          href: '/alerts',
          label: 'Alerts',
          Icon: BellRing,
          about: 'What is open, thresholds',
          keywords: 'acknowledge rules quota exceeded evict refused',
        },
        {
          href: '/audit',
          label: 'Audit log',
          Icon: ScrollText,
          about: 'Who changed quotas, plans, keys',
          keywords: 'history log quota reason actor',
        },
        {
          href: '/settings',
          label: 'Settings',
          Icon: Settings,
          about: 'Plans, enforcement, webhooks, keys',
          keywords: 'configuration',
        },
      ],
    },
  ],
  tenant: [
    {
      label: undefined,
      destinations: [
        {
          href: '/usage',
          label: 'Usage',
          Icon: ChartNoAxesColumn,
          about: 'Hits, requests, what was removed',
          keywords: 'home figures hit rate evicted resources',
        },
        {
          href: '/my/quota',
          label: 'Quota',
          Icon: SlidersHorizontal,
          about: 'The limit, what was removed',
          keywords: 'limit policy evict not stored full',
        },
        {
          href: '/my/statements',
          label: 'Statements',
          Icon: Receipt,
          about: 'Invoices and amounts',
          keywords: 'billing bills prices money cost mb-hours',
        },
        {
          href: '/my/keys',
          label: 'API keys',
          Icon: KeyRound,
          about: 'For your programs',
          keywords: 'token secret scopes create rotate revoke',
        },
        {
          href: '/my/alerts',
          label: 'Alerts',
          Icon: BellRing,
          about: 'What is open, thresholds',
          keywords: 'quota exceeded notify',
        },
      ],
    },
  ],
};

/** Whether a page belongs to a destination: the page itself or one below it. */
export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
}
