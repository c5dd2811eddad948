import { z } from 'zod';

/** A TCP port; 0 lets the system choose one. */
export const port = z.coerce.number().int().min(0).max(65_535);
export const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
/** A secret for HS256 is at least as long as its digest. */
export const secret = z.string().refine((text) => Buffer.byteLength(text) >= 32, 'must have at least 32 bytes');

/** Addresses such as `127.0.0.1:7000`, or URLs where there is a password or TLS, separated by commas. */
export const redisCluster = z
  .string()
  .transform((list) => list.split(',').map((node) => node.trim()))
  .transform((nodes) => nodes.map((node) => (node.includes('://') ? node : `redis://${node}`)))
  .pipe(
    z.array(
      z.url({ protocol: /^rediss?$/, hostname: /./, error: 'must be a list such as 127.0.0.1:7000,127.0.0.1:7001' }),
    ),
  );

/**
 * The environment as a schema reads it; an empty variable counts as absent.
 * @throws Error with one line per variable that is wrong, which never repeats a value
 */
export function readEnvironment<T extends z.ZodType>(schema: T, variables: NodeJS.ProcessEnv): z.output<T> {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map(({ path, message }) => {
    // Of a list the variable itself; the place in it would not be its name.
    const name = String(path[0]);
    return `  ${name}: ${given[name] === undefined ? 'is missing' : message}`;
  });
  throw new Error(`The environment is not complete:\n${lines.join('\n')}`);
}

/** The same for a program's start: prints what is wrong and ends with code 1. */
export function environmentOrExit<T extends z.ZodType>(schema: T): z.output<T> {
  try {
    return readEnvironment(schema, process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
