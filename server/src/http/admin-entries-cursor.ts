import { createHash } from 'node:crypto';
import type { BrowseOptions } from '../core/entries.js';
import type { TenantId } from '../core/tenant-id.js';
import { RequestInvalidError } from './problem.js';

type Asked = Pick<BrowseOptions, 'resource' | 'prefix'>;

const DIGEST_BYTES = 9;
const DIGEST_CHARACTERS = 12;
const ERROR = { field: 'cursor', message: 'must be the next of a page of the same tenant, resource and prefix' };

/**
 * A place in a walk as text that a client hands back. It belongs to what was asked for: with another filter it would go on
 * in the middle of another list, and look complete. It is no secret and opens nothing that the request may not see.
 */
export function cursorText(tenant: TenantId, asked: Asked, position: string): string {
  return digest(tenant, asked, position) + Buffer.from(position).toString('base64url');
}

/** @throws RequestInvalidError */
export function positionOf(tenant: TenantId, asked: Asked, cursor: string): string {
  const position = Buffer.from(cursor.slice(DIGEST_CHARACTERS), 'base64url').toString();
  // Compared as it would be written: an encoding that Buffer merely tolerates is no cursor either.
  if (position === '' || cursorText(tenant, asked, position) !== cursor) throw new RequestInvalidError([ERROR]);
  return position;
}

function digest(tenant: TenantId, { resource = '', prefix = '' }: Asked, position: string): string {
  const text = JSON.stringify([tenant, resource, prefix, position]);
  return createHash('sha256').update(text).digest().subarray(0, DIGEST_BYTES).toString('base64url');
}
