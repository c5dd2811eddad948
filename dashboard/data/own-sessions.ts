import 'server-only';
import { z } from 'zod';
import { database } from './database';
import { presentSessionHash } from './session';
import type { Account } from './viewer';

const MAX_SHOWN = 10;
const ID_HASH = z.string().regex(/^[0-9a-f]{64}$/);

export interface OwnSession {
  /** The hash that the table knows it by: it opens nothing. */
  readonly id: string;
  readonly browser: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly present: boolean;
}

/** Sessions that are neither revoked nor expired: this one, then the latest seen, ten of `total` at most. */
export async function ownSessions(account: Account): Promise<{ items: OwnSession[]; total: number }> {
  const present = await presentSessionHash();
  const where = { userId: account.id, revokedAt: null, expiresAt: { gt: new Date() } };
  const [rows, total] = await database().asAdmin(account.email, async (tx) => {
    const own = await tx.session.findMany({ where: { ...where, idHash: present ?? '' } });
    const others = await tx.session.findMany({
      where: { ...where, idHash: { not: present ?? '' } },
      orderBy: { lastSeenAt: 'desc' },
      take: MAX_SHOWN - own.length,
    });
    return [[...own, ...others], await tx.session.count({ where })] as const;
  });
  const items = rows.map(({ idHash, browser, createdAt, lastSeenAt }) => ({
    id: idHash,
    browser: browser ?? 'An unknown browser',
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    present: idHash === present,
  }));
  return { items, total };
}

/** Ends one session of the account itself, whatever id is asked for. @returns how many it ended */
export async function revokeSession(account: Account, id: unknown): Promise<number> {
  const idHash = ID_HASH.safeParse(id);
  return idHash.success ? revoke(account, { idHash: idHash.data }) : 0;
}

/** Ends all sessions of the account but the present one. @returns how many it ended */
export async function revokeOtherSessions(account: Account): Promise<number> {
  const present = await presentSessionHash();
  return present ? revoke(account, { idHash: { not: present } }) : 0;
}

async function revoke(account: Account, which: { idHash: string | { not: string } }): Promise<number> {
  const { count } = await database().asAdmin(account.email, (tx) =>
    tx.session.updateMany({
      where: { userId: account.id, revokedAt: null, expiresAt: { gt: new Date() }, ...which },
      data: { revokedAt: new Date() },
    }),
  );
  return count;
}
