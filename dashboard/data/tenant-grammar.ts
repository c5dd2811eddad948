/** As the server's `core/tenant-id.ts` has it: no character that means something in a key, a glob, a URL or a label. */
export const TENANT_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
