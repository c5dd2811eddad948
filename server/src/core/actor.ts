import { isIP } from 'node:net';

/** Who changes something, as the audit keeps it. */
export interface Actor {
  readonly id: string;
  readonly onBehalfOf?: string;
  readonly source: 'api' | 'dashboard' | 'system';
  readonly ip?: string;
}

/** As the audit keeps it: an address that a proxy made up is none, and a zone says nothing to another host. */
export function auditedAddress({ ip = '' }: Pick<Actor, 'ip'>): string | null {
  const [address = ''] = ip.split('%');
  return isIP(address) ? address : null;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}
