import { count } from '@/components/ui/figures';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import { moment } from '@/components/ui/times';
import type {
  DeliveriesReading,
  Delivery,
  DeliveryError,
  Webhook,
  WebhookEvent,
  WebhooksReading,
} from '@/data/webhook-schema';

export const EVENT_WORDS: Readonly<Record<WebhookEvent | 'ping', string>> = {
  'alert.raised': 'Alert raised',
  'alert.resolved': 'Alert resolved',
  ping: 'Test',
};

const ERROR_WORDS: Readonly<Record<DeliveryError, string>> = {
  status: 'refused by the receiver',
  redirect: 'redirected, which is not followed',
  timeout: 'no answer in time',
  'address-refused': 'address is private, so nothing was sent',
  'url-refused': 'URL is not allowed, so nothing was sent',
  'name-not-found': 'no such host',
  connection: 'no connection',
  tls: 'TLS failed',
  'response-too-large': 'the answer is too large',
};

type Outcome = Pick<Delivery, 'state' | 'status' | 'error' | 'attempts' | 'underWay' | 'nextAttemptAt' | 'durationMs'>;

/** “200 in 84 ms”, “503, next 14:58”, “waits”: what the last attempt came to. */
export function answerWords(delivery: Outcome): string {
  const { state, attempts, underWay, nextAttemptAt, durationMs } = delivery;
  if (state === 'delivered')
    return durationMs === null ? answered(delivery) : `${answered(delivery)} in ${ms(durationMs)}`;
  if (state === 'gave-up') return `${answered(delivery)}, given up`;
  if (attempts === 0 || underWay) return 'On its way';
  return nextAttemptAt === null ? answered(delivery) : `${answered(delivery)}, next ${moment(nextAttemptAt)}`;
}

function answered({ status, error }: Outcome): string {
  const why = error === null || error === 'status' ? undefined : ERROR_WORDS[error];
  if (status !== null) return why === undefined ? String(status) : `${status}, ${why}`;
  return capital(why ?? 'no answer');
}

/** Why it failed, in words, where there is more to say than the status. */
export function failureWords({ error }: Pick<Delivery, 'error'>): string | undefined {
  return error === null ? undefined : ERROR_WORDS[error];
}

/** “1 of 4 deliveries failed today”. */
export function deliveriesFinding({ today: { all, failed }, webhooks }: DeliveriesReading): string {
  if (webhooks === 0) return 'Nobody is told: there is no webhook';
  if (all === 0) return 'No message was sent today';
  if (failed === 0)
    return all === 1
      ? 'The delivery of today arrived'
      : `All ${count(all)} deliveries of today arrived or are on their way`;
  return `${count(failed)} of ${count(all)} ${all === 1 ? 'delivery' : 'deliveries'} failed today`;
}

/** “3 webhooks, one was switched off by failures”. */
export function webhooksHeading({ all, stopped }: WebhooksReading['counts']): string {
  if (all === 0) return 'Nobody is told of alerts yet';
  const head = all === 1 ? '1 webhook is told of alerts' : `${count(all)} webhooks are told of alerts`;
  return stopped === 0 ? head : `${head}, ${stopped === 1 ? 'one' : count(stopped)} switched off by failures`;
}

function ms(value: number): string {
  return `${number(value, value < 1 ? 2 : 0)}${NO_BREAK_SPACE}ms`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** “raised and resolved”. */
export function eventsWords(events: readonly WebhookEvent[]): string {
  return events.map((event) => event.replace('alert.', '')).join(' and ');
}

/** “ops.example.com is told of all alerts”, or why it is not. */
export function webhookHeading(webhook: Pick<Webhook, 'origin' | 'active' | 'disabledAt' | 'failuresInARow'>): string {
  const { host } = new URL(webhook.origin);
  const { active, disabledAt, failuresInARow } = webhook;
  if (disabledAt !== null) return `${host} did not answer ${count(failuresInARow)} times, and was switched off`;
  if (!active) return `${host} is switched off`;
  if (failuresInARow === 0) return `${host} is told of alerts`;
  return `${host} did not take ${failuresInARow === 1 ? 'the last message' : `the last ${count(failuresInARow)} messages`}`;
}
