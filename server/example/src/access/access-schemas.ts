import { z } from 'zod';

/** What is written of access, as the CHECKs of the tables have it; the user's id is the `sub` of the user's token. */
const ACTION = /^(?:\*|(?:[A-Za-z][A-Za-z0-9_-]{0,63}:){0,3}(?:[A-Za-z][A-Za-z0-9_-]{0,63}|\*))$/;
const OBJECT = /^(?:\*|(?:[A-Za-z0-9_~@:+=.-]{1,255}\/){0,7}(?:[A-Za-z0-9_~@:+=.-]{1,255}|\*))$/;
const DOTS = /(?:^|\/)\.{1,2}(?:\/|$)/;
const MEMBER_ID = /^[A-Za-z0-9][A-Za-z0-9_.@|:+-]{0,127}$/;
const SLUG = /^[a-z][a-z0-9-]{0,63}$/;

const MAX_LINKS = 50;
const MAX_PERMISSIONS = 200;

const objectError = 'must be an object such as portfolio/42, all below one such as portfolio/*, or *';

const memberId = z.string().regex(MEMBER_ID, 'must be the id of a user: the sub of a token');
const slug = z.string().regex(SLUG, 'must be lower-case letters, digits and -, beginning with a letter');
const name = z.string().trim().min(1, 'must not be empty').max(200, 'must be at most 200 characters');
const slugs = z
  .array(slug)
  .max(MAX_LINKS, `must be at most ${MAX_LINKS}`)
  .transform((list) => [...new Set(list)]);

const permission = z.strictObject({
  action: z.string().regex(ACTION, 'must be an action such as portfolio:read, portfolio:* or *'),
  object: z
    .string(objectError)
    .max(512, 'must be at most 512 characters')
    .refine((text) => OBJECT.test(text) && !DOTS.test(text), objectError)
    .default('*'),
  effect: z.enum(['allow', 'deny'], 'must be allow or deny').default('allow'),
});
const permissions = z
  .array(permission)
  .max(MAX_PERMISSIONS, `must be at most ${MAX_PERMISSIONS}`)
  .refine(
    (list) => new Set(list.map(({ action, object }) => `${action} ${object}`)).size === list.length,
    'must name each action and object once',
  );

export const memberPath = z.object({ member: memberId });
export const teamPath = z.object({ team: slug });
export const rolePath = z.object({ role: slug });
export const memberRolePath = z.object({ member: memberId, role: slug });
export const memberTeamPath = z.object({ member: memberId, team: slug });
export const teamRolePath = z.object({ team: slug, role: slug });

export const newMember = z.strictObject({ id: memberId, name, roles: slugs.default([]), teams: slugs.default([]) });
export const memberChange = z.strictObject({
  name: name.optional(),
  active: z.boolean('must be true or false').optional(),
  roles: slugs.optional(),
  teams: slugs.optional(),
});
export const newTeam = z.strictObject({ id: slug, name, roles: slugs.default([]) });
export const teamChange = z.strictObject({ name: name.optional(), roles: slugs.optional() });
export const newRole = z.strictObject({ id: slug, name, permissions: permissions.default([]) });
export const roleChange = z.strictObject({ name: name.optional(), permissions: permissions.optional() });

export const memberQuery = z.object({
  after: memberId.optional(),
  limit: z.coerce.number().int().min(1, 'must be from 1 to 200').max(200, 'must be from 1 to 200').default(50),
});

export type NewMember = z.output<typeof newMember>;
export type MemberChange = z.output<typeof memberChange>;
export type NewTeam = z.output<typeof newTeam>;
export type TeamChange = z.output<typeof teamChange>;
export type NewRole = z.output<typeof newRole>;
export type RoleChange = z.output<typeof roleChange>;
