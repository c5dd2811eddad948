/** Where the tests' Redis is; a test that needs one and has none fails here. */
export function testRedisUrl(): string {
  const url = process.env.TEST_REDIS_URL;
  if (!url)
    throw new Error('TEST_REDIS_URL is not set: `npm test` sets it; to run one file, give the URL of a Redis >= 7.0');
  return url;
}
