import { defineConfig, devices } from '@playwright/test';
import { chromiumOnPath } from './stack/chromium.js';

const SYSTEM_CHROMIUM_ARGS = [
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // Nothing here may need the network: a name that is looked up fails.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

const executablePath = process.env.CHROMIUM_PATH || chromiumOnPath();

export default defineConfig({
  testDir: 'journeys',
  // One stack for all, and journeys that stop its services: they follow one another in the order of their numbers.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  // Only end what hangs: a machine that tests share stalls for seconds.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  globalSetup: './stack/start.ts',
  outputDir: 'test-results',
  reporter: [['list'], ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ?? 'test-results/report.json' }]],
  use: {
    ...devices['Desktop Chrome'],
    // A control that never comes fails by itself, not with its whole journey.
    actionTimeout: 60_000,
    viewport: { width: 1440, height: 1000 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
    timezoneId: 'Asia/Kolkata',
    screenshot: 'only-on-failure',
    // A trace of every journey costs much of its time.
    trace: 'off',
    launchOptions: { args: SYSTEM_CHROMIUM_ARGS, ...(executablePath && { executablePath }) },
  },
});
