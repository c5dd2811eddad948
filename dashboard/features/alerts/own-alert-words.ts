import type { OwnAlert } from '@/data/alert-schema';

/** What an alert means for a tenant, in its own words. */
export function whatItMeans({ kind, threshold }: Pick<OwnAlert, 'kind' | 'threshold'>): string {
  if (kind === 'quota') {
    return threshold < 100
      ? 'Nothing is lost yet. At your upper limit entries are removed to make room.'
      : 'Your quota is full. Above your upper limit entries are removed to make room, or new ones are not stored.';
  }
  if (kind === 'hit-rate-drop') return 'More of your requests had to be loaded than in the week before.';
  if (kind === 'rejection-rate') return 'Your requests still work; what was not stored is loaded each time.';
  return 'Messages were given up too often, so none is sent any more. Alerts are still shown here.';
}
