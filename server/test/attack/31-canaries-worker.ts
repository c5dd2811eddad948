import { callEverything, fillQuotas, refuseOptions, refuseServer, writeBehind } from './31-canaries-calls.js';
import { damageEntries, failApplication, loseRedis, refusePassword } from './31-canaries-outages.js';
import { administer, request, scrape } from './31-canaries-requests.js';
import { Stage } from './31-canaries-stage.js';

// Where the application of an operator runs; elsewhere Express does not print what nobody handles.
process.env.NODE_ENV = 'production';

const LONGEST_MS = 100_000;

/** Does everything once. What it logs and what libraries print is its output; the last line is for the test. */
async function run(pinoAt: string): Promise<void> {
  const stage = await Stage.open(pinoAt);
  // Its parent waits without a timer of its own.
  setTimeout(() => stage.redis.kill().finally(() => process.exit(1)), LONGEST_MS).unref();
  let metrics = '';
  try {
    await callEverything(stage, 'calm');
    await refuseOptions(stage);
    await refuseServer(stage);
    await fillQuotas(stage);
    await writeBehind(stage);
    await request(stage);
    await administer(stage);
    await damageEntries(stage);
    await refusePassword(stage);
    await loseRedis(stage);
    await request(stage);
    await failApplication(stage);
    metrics = await scrape(stage);
    if (stage.pagesKept === 0) throw new Error('no answer was given from what is kept');
  } finally {
    await stage.close();
  }
  const { canaries, events, codes } = stage;
  const spans = stage.spans.getFinishedSpans().map(({ name, attributes, status }) => ({ name, attributes, status }));
  process.stdout.write(`\nREPORT ${JSON.stringify({ canaries, events, spans, metrics, codes: [...codes] })}\n`);
}

run(String(process.argv[2])).catch((error: unknown) => {
  process.stderr.write(`FAILED ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
