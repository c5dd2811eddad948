'use client';

import { CircleCheck, CircleDashed, CircleX } from 'lucide-react';
import { milliseconds } from '@/charts/number-format';
import { agoWords } from '@/charts/time-format';
import { Facts } from '@/components/ui/facts';
import { NO_BREAK_SPACE } from '@/components/ui/number';
import { SectionHead } from '@/components/ui/page-head';
import { clock } from '@/components/ui/times';
import type { Services as Reading, Service } from '@/data/services';
import { useLive } from '@/features/live/live';

const NAMES = { api: 'API', redis: 'Redis', postgres: 'Postgres', prometheus: 'Prometheus', flush: 'Last usage flush' };
const LOOKS = {
  up: { Icon: CircleCheck, tone: 'text-ok' },
  down: { Icon: CircleX, tone: 'text-critical' },
  absent: { Icon: CircleDashed, tone: 'text-text-muted' },
  unknown: { Icon: CircleDashed, tone: 'text-text-muted' },
};

export function Services({ path, first }: { path: string; first: Reading }) {
  const { services, readAtMs } = useLive(path, first).reading;
  return (
    <section>
      <SectionHead
        title={servicesFinding(services)}
        aside={
          <p className="text-13 text-text-muted">
            <time dateTime={new Date(readAtMs).toISOString()}>{clock(readAtMs)} UTC</time>
          </p>
        }
      />
      <Facts
        facts={services.map((service) => {
          const { Icon, tone } = LOOKS[service.state];
          return {
            key: service.key,
            name: (
              <>
                <Icon aria-hidden size={14} strokeWidth={1.75} className={tone} />
                {NAMES[service.key]}
              </>
            ),
            value: detail(service, readAtMs),
          };
        })}
      />
    </section>
  );
}

export function servicesFinding(services: readonly Service[]): string {
  const down = services
    .filter(({ state, lastMs }) => state === 'down' && lastMs === undefined)
    .map(({ key }) => NAMES[key]);
  const unscraped = services.some(
    ({ key, state, lastMs }) => key === 'prometheus' && state === 'down' && lastMs !== undefined,
  );
  if (down.length === 0) return unscraped ? 'Prometheus reaches no process to scrape' : 'All services answer';
  return down.length === 1
    ? `${down[0]} does not answer`
    : `${down.slice(0, -1).join(', ')} and ${down.at(-1)} do not answer`;
}

function detail({ key, state, tookMs, lastMs }: Service, nowMs: number): string {
  if (state === 'absent') return key === 'redis' ? 'memory only' : 'not configured';
  if (state === 'unknown') return key === 'flush' ? 'none seen' : 'not known';
  if (key === 'flush' && lastMs !== undefined) return `${clock(lastMs)} UTC`;
  if (key === 'prometheus' && lastMs !== undefined)
    return `scraped ${agoWords(nowMs - lastMs)}${state === 'down' ? ', target down' : ''}`;
  if (state === 'down') return 'does not answer';
  return tookMs === undefined ? 'answers' : `${milliseconds(tookMs)}${NO_BREAK_SPACE}ms`;
}
