import { type LucideIcon, UserRound } from 'lucide-react';
import { DESTINATIONS } from '@/features/navigation/destinations';
import { SECTIONS } from '@/features/settings/sections';

/** A page that the palette leads to. */
export interface Place {
  readonly href: string;
  readonly label: string;
  readonly Icon: LucideIcon;
  /** What is there, in a few words: they are shown, and they find it. */
  readonly about: string;
  /** Other words that find it. */
  readonly keywords: string;
}

interface Reader {
  readonly area: 'fleet' | 'tenant';
  readonly admin: boolean;
  /** Whether the pages are those of somebody else, whose account stays closed. */
  readonly viewsAs: boolean;
}

/** Every page that opens without naming a tenant, those of the settings among them. */
export function placesOf({ area, admin, viewsAs }: Reader): Place[] {
  const places: Place[] = DESTINATIONS[area]
    .flatMap(({ destinations }) => destinations)
    .flatMap((destination) =>
      destination.href === '/settings' ? [destination, ...sections(admin, destination.Icon)] : [destination],
    );
  return viewsAs ? places : [...places, ACCOUNT];
}

const ACCOUNT: Place = {
  href: '/account',
  label: 'Your account',
  Icon: UserRound,
  about: 'Password and sessions',
  keywords: 'sign out profile devices',
};

function sections(admin: boolean, Icon: LucideIcon): Place[] {
  return SECTIONS.filter(({ adminOnly }) => admin || !adminOnly).map(({ label, ...section }) => ({
    ...section,
    label: `Settings: ${label}`,
    Icon,
  }));
}
