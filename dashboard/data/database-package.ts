import 'server-only';

// Left to Node: the bundler would take the package apart, and with it the path to its own migrations.
export const { createDatabase, hashPassword, isDatabaseOutage, Prisma, verifyPassword } = await import(
  /* turbopackIgnore: true */ '@tenantcache/database'
);
