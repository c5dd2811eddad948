'use client';

import { BellRing, CircleHelp, Database, Monitor, Moon, Pencil, ScrollText, Sun } from 'lucide-react';
import { usePathname, useRouter } from 'next/navigation';
import { useTheme } from 'next-themes';
import type { PaletteEntry } from './actions';
import { placesOf } from './places';

interface Given {
  readonly area: 'fleet' | 'tenant';
  readonly canEdit: boolean;
  readonly viewsAs: boolean;
  readonly offered: readonly PaletteEntry[];
  readonly onHelp: () => void;
}

const TENANT_PAGE = /^\/tenants\/([^/]+)/;

/** What the palette offers besides tenants: what can be done here, the pages, the look. */
export function usePaletteGroups({ area, canEdit, viewsAs, offered, onHelp }: Given) {
  const router = useRouter();
  const pathname = usePathname();
  const { setTheme } = useTheme();
  const tenantId = area === 'fleet' ? TENANT_PAGE.exec(pathname)?.[1] : undefined;
  const go = (href: string) => () => router.push(href);

  const here: PaletteEntry[] = [];
  if (tenantId && canEdit)
    here.push({
      id: 'here:quota',
      label: 'Edit the quota of this tenant',
      Icon: Pencil,
      keywords: 'quotas limit policy evict overage',
      aside: tenantId,
      run: go(`/tenants/${tenantId}/quota`),
    });
  if (tenantId)
    here.push(
      {
        id: 'here:entries',
        label: 'Entries of this tenant',
        Icon: Database,
        keywords: 'keys values delete invalidate',
        aside: tenantId,
        run: go(`/tenants/${tenantId}/entries`),
      },
      {
        id: 'here:rules',
        label: 'Alert rules of this tenant',
        Icon: BellRing,
        keywords: 'alerts thresholds quota',
        aside: tenantId,
        run: go(`/alerts/rules/${tenantId}`),
      },
      {
        id: 'here:audit',
        label: 'Audit log of this tenant',
        Icon: ScrollText,
        keywords: 'quota changes history',
        aside: tenantId,
        run: go(`/audit?tenant=${tenantId}`),
      },
    );

  const pages = placesOf({ area, admin: canEdit, viewsAs }).map(
    ({ href, label, Icon, about, keywords }): PaletteEntry => ({
      id: `page:${label}`,
      label,
      Icon,
      aside: about,
      keywords: `page ${about} ${keywords}`,
      run: go(href),
    }),
  );
  const look = (theme: string, label: string, Icon: PaletteEntry['Icon']): PaletteEntry => ({
    id: `theme:${theme}`,
    label,
    Icon,
    keywords: 'theme look colours',
    run: () => setTheme(theme),
  });
  return [
    { heading: 'On this page', entries: [...here, ...offered] },
    { heading: 'Pages', entries: pages },
    {
      heading: 'Look and help',
      entries: [
        look('light', 'Light theme', Sun),
        look('dark', 'Dark theme', Moon),
        look('system', 'Theme of the system', Monitor),
        {
          id: 'help',
          label: 'All keys',
          Icon: CircleHelp,
          keywords: 'help shortcuts keyboard',
          aside: '?',
          run: onHelp,
        },
      ],
    },
  ];
}
