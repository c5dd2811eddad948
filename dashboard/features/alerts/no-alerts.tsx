import { BellOff, SearchX } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { counted } from '@/components/ui/figures';
import { KIND_WORDS, type Voice } from './alert-words';
import type { AlertsSearch } from './alerts-search';

interface NoAlertsProps {
  readonly search: AlertsSearch;
  readonly total: number;
  readonly voice: Voice;
  /** Where all alerts are. */
  readonly path: string;
}

const CALM: Readonly<Record<Voice, string>> = {
  operator:
    'A tenant is alerted when its use reaches a threshold, its hit rate falls or its writes are refused. Alerts appear here by themselves.',
  tenant: 'You are told here when your use reaches a threshold, your hit rate falls or entries are not stored.',
};

/** Nothing is wrong, nothing matches, or the page is beyond the last one: three different nothings. */
export function NoAlerts({ search: { state, kind, tenant, page }, total, voice, path }: NoAlertsProps) {
  const filters = [kind && `kind “${KIND_WORDS[kind][voice]}”`, tenant && `tenant “${tenant}”`].filter(Boolean);
  if (page > 1 && total > 0) {
    return (
      <Empty icon={SearchX} title="This page is beyond the last one" actions={<All path={path} />}>
        {counted(total, 'alert')} {total === 1 ? 'is' : 'are'} on the pages before it.
      </Empty>
    );
  }
  if (filters.length > 0) {
    const title = `No ${state} alert matches ${filters.join(' and ')}`;
    return <Empty icon={SearchX} title={title} actions={<All path={path} />} />;
  }
  return (
    <Empty icon={BellOff} title={state === 'open' ? 'No alert is open' : 'No alert was resolved yet'}>
      {CALM[voice]}
    </Empty>
  );
}

function All({ path }: { path: string }) {
  return (
    <ButtonLink size="small" href={path}>
      Show all open alerts
    </ButtonLink>
  );
}
