import { WebhookSender } from '../../src/alerts/webhook-sender.js';
import type { AlertStore } from '../../src/core/alerts.js';
import { postgresUsage } from '../../src/postgres/index.js';

/** A process that sends webhooks until it is killed. */
const { url, adminUrl, leaseMs } = JSON.parse(process.argv[2] as string) as {
  url: string;
  adminUrl: string;
  leaseMs: number;
};

const store = postgresUsage({ url, adminUrl }).alerts as AlertStore;
process.on('disconnect', () => process.exit());
new WebhookSender({
  webhooks: store.webhooks,
  emit: () => {},
  version: '0.0.0',
  allowHttp: true,
  allowPrivateAddresses: true,
  leaseMs,
  lookEveryMs: 20,
}).start();
// Timers of a sender keep no process alive.
setInterval(() => {}, 60_000);
process.send?.('at work');
