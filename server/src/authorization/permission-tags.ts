import { createHash } from 'node:crypto';
import type { PermissionSet } from '../core/authorization.js';
import { MAX_TAG_BYTES, MAX_TAGS_PER_ENTRY } from '../core/tags.js';

type Kind = 'user' | 'role' | 'team';

/** Where a user has more roles and teams than an entry may have tags, each kind shares so many. */
const BUCKETS = { role: 15, team: 16 } as const;

/** `role:trader`; where that is too long, `role#` and a hash: no id reads like that, for a colon follows the kind. */
export function tagOf(kind: Kind, id: string): string {
  const tag = `${kind}:${id}`;
  return Buffer.byteLength(tag) <= MAX_TAG_BYTES ? tag : `${kind}#${sha256(id).toString('base64url')}`;
}

/** One of few that all ids of the kind share: what it takes away besides is only loaded again. */
export function bucketTagOf(kind: 'role' | 'team', id: string): string {
  return `${kind}s#${sha256(id).readUInt32BE() % BUCKETS[kind]}`;
}

export function tagsOf(userId: string, { roles, teams }: Pick<PermissionSet, 'roles' | 'teams'>): string[] {
  const tag = 1 + roles.length + teams.length > MAX_TAGS_PER_ENTRY ? bucketTagOf : tagOf;
  const tags = [
    tagOf('user', userId),
    ...roles.map((role) => tag('role', role)),
    ...teams.map((team) => tag('team', team)),
  ];
  return [...new Set(tags)];
}

function sha256(id: string): Buffer {
  return createHash('sha256').update(id).digest();
}
