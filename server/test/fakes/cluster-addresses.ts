/** Nodes of the tests' Redis Cluster; a test that needs one and has none fails here. */
export function testClusterAddresses(): string[] {
  const addresses = process.env.TEST_REDIS_CLUSTER;
  if (!addresses)
    throw new Error('TEST_REDIS_CLUSTER is not set: jest sets it for the project `cluster`, and `npm test` for all');
  return addresses.split(',');
}
