import { z } from 'zod';
import { TENANT_ID_PATTERN } from './tenant-grammar';

export const STAFF_ROLES = ['admin', 'operator', 'viewer'] as const;
export const TENANT_ROLES = ['tenant_admin', 'tenant_viewer'] as const;
export const ROLES = [...STAFF_ROLES, ...TENANT_ROLES] as const;
export type Role = (typeof ROLES)[number];
export const INVITATION_DAYS = 7;

export function isTenantRole(role: string): boolean {
  return (TENANT_ROLES as readonly string[]).includes(role);
}

/** The database takes no longer name for who does something. */
export const MAX_EMAIL = 200;
/** Controls and marks that nobody sees, such as a zero-width space, make two names look alike. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/gu;
export const EMAIL = /^[^\s@\p{Cc}\p{Cf}\p{Cs}]+@[^\s@\p{Cc}\p{Cf}\p{Cs}]+$/u;

export const INVITATION = z
  .object({
    email: z
      .string()
      .trim()
      .toLowerCase()
      .max(MAX_EMAIL, `An e-mail has at most ${MAX_EMAIL} characters.`)
      .regex(EMAIL, 'An e-mail has an @ between name and domain, and no characters that nobody sees.'),
    name: z
      .string()
      .trim()
      .min(1, 'Type the person’s name.')
      .max(200, 'A name has at most 200 characters.')
      .refine((name) => name.search(UNSEEN) === -1, 'A name is one line of text, without characters that nobody sees.')
      .regex(/[^\p{M}\p{Z}]/u, 'Type the person’s name.'),
    role: z.enum(ROLES, { error: 'Choose a role.' }),
    tenantId: z.string().trim(),
  })
  .refine(({ role, tenantId }) => !isTenantRole(role) || TENANT_ID_PATTERN.test(tenantId), {
    path: ['tenantId'],
    error: 'A tenant’s user needs the id of the tenant.',
  })
  .transform(({ tenantId, ...rest }) => ({ ...rest, tenantId: isTenantRole(rest.role) ? tenantId : null }));
export type Invitation = z.infer<typeof INVITATION>;

export const USER_ID = z.uuid();
export const ROLE_CHANGE = z.object({ userId: USER_ID, role: z.enum(ROLES) });
