import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { type ExchangeControl, FAULTS } from './exchange-faults.js';

export const CONTROL_PATH = '/__control';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const MAX_BYTES = 16_384;
const fault = z.enum(FAULTS).nullable();
const latency = z.number().min(0).max(60_000);
const switches = z.strictObject({
  latencyMs: z.tuple([latency, latency]).optional(),
  weightPerMinute: z.number().int().min(1).optional(),
  outage: fault.optional(),
  endpoints: z.record(z.string(), fault).optional(),
});

/** `GET` shows the switches and counts, `POST` with JSON changes some: for whoever runs the simulator on this machine. */
export async function answerControl(
  control: ExchangeControl,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = (status: number, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  if (!isLocal(request)) return reply(403, { error: 'on loopback only' });
  if (request.method === 'POST') {
    // A page in a browser of this machine cannot send this type to another site without asking first.
    if (request.headers['content-type'] !== 'application/json') return reply(415, { error: 'application/json only' });
    const body = switches.safeParse(jsonOf(await textOf(request)));
    if (!body.success) return reply(400, { error: z.prettifyError(body.error) });
    const { latencyMs, weightPerMinute, outage, endpoints } = body.data;
    control.set({
      ...(latencyMs && { latencyMs }),
      ...(weightPerMinute && { weightPerMinute }),
      ...(outage !== undefined && { outage }),
      ...(endpoints && { endpoints }),
    });
  }
  const { latencyMs, weightPerMinute, outage, requests } = control;
  reply(200, { latencyMs, weightPerMinute, outage, endpoints: Object.fromEntries(control.endpoints), requests });
}

/** By its address and by the name that it was asked under, which a page could have bound to that address. */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  const host = `http://${headers.host ?? ''}`;
  const name = URL.canParse(host) ? new URL(host).hostname : '';
  return LOOPBACK.has(socket.remoteAddress ?? '') && ['127.0.0.1', 'localhost', '[::1]'].includes(name);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BYTES) return '';
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
