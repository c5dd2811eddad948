import { setImmediate } from 'node:timers/promises';
import { openTruthCollector } from './usage-truth-collector.js';
import type { TruthSettings } from './usage-truth-record.js';

/** A process that does nothing but collect, over and over, until it is killed. */
const { look } = openTruthCollector(JSON.parse(process.argv[2] ?? '') as TruthSettings);
process.on('disconnect', () => process.exit());
process.send?.('at work');

void (async () => {
  for (;;) {
    await look();
    await setImmediate();
  }
})();
