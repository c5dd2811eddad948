export interface Section {
  readonly label: string;
  readonly href: string;
  /** Addresses below which a page belongs to this section too. */
  readonly also?: string;
  readonly adminOnly?: boolean;
  /** What is done there, in a few words. */
  readonly about: string;
  /** Other words that find it. */
  readonly keywords: string;
}

export const SECTIONS: readonly Section[] = [
  {
    label: 'Plans',
    href: '/settings',
    also: '/settings/plans',
    about: 'Quotas of all tenants of a plan',
    keywords: 'settings default limit price bulk',
  },
  {
    label: 'Enforcement',
    href: '/settings/enforcement',
    about: 'For whom quotas hold, kill switch',
    keywords: 'settings enforce bypass redis thresholds rollout',
  },
  {
    label: 'Webhooks',
    href: '/settings/webhooks',
    about: 'Where alerts are sent',
    keywords: 'settings notify receiver deliveries secret url',
  },
  {
    label: 'API keys',
    href: '/settings/keys',
    about: 'For programs of tenants',
    keywords: 'settings token secret scopes create rotate revoke',
  },
  {
    label: 'People',
    href: '/settings/people',
    adminOnly: true,
    about: 'Who signs in, with which role',
    keywords: 'settings users accounts invite password reset roles',
  },
];
