/** The two functions that a contract suite needs of a test runner: jest, vitest and node:test all have them. */
export interface TestKit {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>): void;
}
