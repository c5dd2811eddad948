/** The Redis to measure against; the bench writes to tenants and keys of its own and removes them. */
export function benchRedisUrl(): string {
  return process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';
}
