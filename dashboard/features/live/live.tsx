'use client';

import { parseAsBoolean, useQueryState } from 'nuqs';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { isStale, type Source } from '@/data/series/source';

const EVERY_MS = 10_000;

export interface Reported {
  readonly readAtMs: number;
  /** Where a chart came from. A word, where a list says so in its own way, is never stale. */
  readonly source?: Source | string;
}

interface Live {
  /** Grows by one for each refresh that is due. */
  readonly turn: number;
  readonly on: boolean;
  readonly setOn: (on: boolean) => void;
  /** When the newest block was read. */
  readonly asOfMs: number | undefined;
  /** A block whose source should answer and does not. */
  readonly stale: Source | undefined;
  /** The last refresh did not reach the dashboard's own server. */
  readonly lost: boolean;
  readonly report: (block: string, reported: Reported | 'lost') => void;
}

const LiveContext = createContext<Live | undefined>(undefined);

/** One clock for all blocks of a page: every 10 s while the switch is on and the page is seen. */
export function LiveProvider({
  fixed,
  children,
}: {
  /** A custom range does not move. */ fixed: boolean;
  children: ReactNode;
}) {
  const [wanted, setWanted] = useQueryState('live', parseAsBoolean.withDefault(true));
  const [turn, setTurn] = useState(0);
  const [reports, setReports] = useState<ReadonlyMap<string, Reported | 'lost'>>(new Map());
  const on = wanted && !fixed;

  useEffect(() => {
    if (!on) return;
    let timer: ReturnType<typeof setInterval> | undefined;
    const next = () => setTurn((last) => last + 1);
    const follow = () => {
      clearInterval(timer);
      if (!document.hidden) timer = setInterval(next, EVERY_MS);
    };
    const seen = () => {
      if (!document.hidden) next();
      follow();
    };
    follow();
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [on]);

  const report = useCallback((block: string, reported: Reported | 'lost') => {
    setReports((all) => new Map(all).set(block, reported));
  }, []);

  const live = useMemo(() => {
    const read = [...reports.values()].filter((entry): entry is Reported => entry !== 'lost');
    const stale = read
      .map(({ source }) => source)
      .filter((source): source is Source => typeof source === 'object' && isStale(source));
    return {
      turn,
      on,
      setOn: (value: boolean) => void setWanted(value || null),
      asOfMs: read.length > 0 ? Math.max(...read.map(({ readAtMs }) => readAtMs)) : undefined,
      // One chart that has no second source does not speak for those that have.
      stale: stale.find(({ kind }) => kind === 'postgres') ?? stale[0],
      lost: [...reports.values()].includes('lost'),
      report,
    };
  }, [turn, on, setWanted, reports, report]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLiveStatus(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('Live blocks are for pages inside <LiveProvider>');
  return live;
}

/** Keeps rows where they are while the pointer is on them. */
export interface Hold {
  readonly onPointerEnter: () => void;
  readonly onPointerLeave: () => void;
}

/**
 * What the server rendered first, then what its route handler answers on each turn. A failed refresh keeps the last
 * figures and says so through `lost`.
 * @param everyMs for what moves faster than the turns, such as a run under way: undefined where the reading does not
 */
export function useLive<T extends Reported>(
  path: string,
  first: T,
  everyMs?: (reading: T) => number | undefined,
): { reading: T; hold: Hold } {
  const { turn: commonTurn, on, report } = useLiveStatus();
  const [ownTurn, setOwnTurn] = useState(0);
  const [fresh, setFresh] = useState<{ first: T; reading: T }>();
  const held = useRef(false);
  const waiting = useRef<(() => void) | undefined>(undefined);
  const reading = fresh?.first === first ? fresh.reading : first;
  const block = path.split('?')[0] ?? path;
  const turn = commonTurn + ownTurn;
  const ownMs = everyMs?.(reading);

  useEffect(() => report(block, first), [block, first, report]);

  useEffect(() => {
    if (!on || ownMs === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden) setOwnTurn((last) => last + 1);
    }, ownMs);
    return () => clearInterval(timer);
  }, [on, ownMs]);

  useEffect(() => {
    if (turn === 0) return;
    let gone = false;
    refresh<T>(path)
      .then((next) => {
        // It may have been asked for before the change that `first` shows.
        if (gone || next.readAtMs < first.readAtMs) return;
        const show = () => {
          setFresh({ first, reading: next });
          report(block, next);
        };
        if (held.current) waiting.current = show;
        else show();
      })
      .catch(() => {
        if (!gone) report(block, 'lost');
      });
    return () => {
      gone = true;
    };
  }, [turn, path, block, first, report]);

  const hold = useMemo(
    () => ({
      onPointerEnter: () => {
        held.current = true;
      },
      onPointerLeave: () => {
        held.current = false;
        waiting.current?.();
        waiting.current = undefined;
      },
    }),
    [],
  );
  return { reading, hold };
}

/** Two blocks that show the same figures share one request. */
const underWay = new Map<string, Promise<unknown>>();

function refresh<T>(path: string): Promise<T> {
  const shared = underWay.get(path);
  if (shared) return shared as Promise<T>;
  const asked = ask(path).finally(() => underWay.delete(path));
  underWay.set(path, asked);
  return asked as Promise<T>;
}

const RELOADED = 'tenantcache:reloaded-at';
const RELOAD_AGAIN_MS = 60_000;

/** What is not there any more, such as a view that ended in another tab, is for the page to say: once a minute at most. */
function mayReload(): boolean {
  const nowMs = Date.now();
  if (nowMs - Number(sessionStorage.getItem(RELOADED) ?? 0) < RELOAD_AGAIN_MS) return false;
  sessionStorage.setItem(RELOADED, String(nowMs));
  return true;
}

async function ask(path: string): Promise<unknown> {
  const response = await fetch(path, { headers: { Accept: 'application/json' } });
  if (response.status === 401 || (response.status === 404 && mayReload())) window.location.reload();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}
