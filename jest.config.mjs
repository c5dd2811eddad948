import { fileURLToPath } from 'node:url';

const shared = {
  testEnvironment: 'node',
  setupFilesAfterEnv: [fileURLToPath(new URL('scripts/testing/forget-storages.mjs', import.meta.url))],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: false },
          target: 'es2022',
          // As Next.js compiles it.
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'es6' },
        sourceMaps: true,
      },
    ],
  },
  moduleNameMapper: {
    '^@tenantcache/database$': '<rootDir>/../prisma/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};

const project = (name, rootDir, testMatch, extra = {}) => ({
  ...shared,
  displayName: name,
  rootDir,
  testMatch,
  ...extra,
});

/** One jest run for the whole workspace; `--selectProjects unit` is what `npm run verify` uses. */
export default {
  projects: [
    project('architecture', 'server', ['<rootDir>/test/*.test.ts']),
    project('unit', 'server', ['<rootDir>/test/unit/**/*.test.ts']),
    project('contract', 'server', ['<rootDir>/test/contract/**/*.test.ts']),
    project('model', 'server', ['<rootDir>/test/model/**/*.test.ts']),
    project('redis', 'server', ['<rootDir>/test/redis/**/*.test.ts']),
    project('cluster', 'server', ['<rootDir>/test/cluster/**/*.test.ts'], {
      // Where TEST_REDIS_CLUSTER names none, one is started for the run.
      globalSetup: '<rootDir>/../scripts/testing/cluster-setup.mjs',
      globalTeardown: '<rootDir>/../scripts/testing/cluster-teardown.mjs',
    }),
    project('postgres', 'server', ['<rootDir>/test/postgres/**/*.test.ts']),
    project('faults', 'server', ['<rootDir>/test/faults/**/*.test.ts']),
    project('attack', 'server', ['<rootDir>/test/attack/**/*.test.ts']),
    project('monitoring', 'server', ['<rootDir>/test/monitoring/**/*.test.ts']),
    project('install', 'server', ['<rootDir>/test/install/**/*.test.ts']),
    project('example', 'server/example', ['<rootDir>/test/**/*.test.ts'], {
      moduleNameMapper: {
        '^@tenantcache/database$': '<rootDir>/../../prisma/src/index.ts',
        '^(\\.{1,2}/.*)\\.js$': '$1',
      },
    }),
    project('prisma', 'prisma', ['<rootDir>/test/**/*.test.ts'], {
      moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    }),
    project('dashboard', 'dashboard', ['<rootDir>/test/**/*.test.ts'], {
      moduleNameMapper: {
        '^@tenantcache/database$': '<rootDir>/../prisma/src/index.ts',
        '^server-only$': '<rootDir>/test/server-only.ts',
        '^@/(.*)$': '<rootDir>/$1',
        '^(\\.{1,2}/.*)\\.js$': '$1',
      },
    }),
    project('scripts', 'scripts', ['<rootDir>/**/*.test.mjs'], { transform: {} }),
  ],
  coverageProvider: 'v8',
  coverageDirectory: 'coverage',
  coverageReporters: ['text-summary', 'json-summary'],
  // Only ends what hangs: a machine that tests share stalls for seconds.
  testTimeout: 120_000,
};
