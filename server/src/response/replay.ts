import type { ServerResponse } from 'node:http';
import type { Answer } from './answer-from.js';
import { appendCacheStatus } from './cache-status.js';
import { type Field, fieldsFromOutgoing } from './fields.js';

/** The fields a response had before the handler was asked, so that what a handler set can be taken back. */
export function fieldsOf(res: ServerResponse): readonly Field[] {
  return fieldsFromOutgoing(res.getHeaders());
}

/** Takes back what the handler set on a response whose head has not gone out. */
export function resetFields(res: ServerResponse, before: readonly Field[]): void {
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  setFields(res, before);
  res.statusCode = 200;
  (res as { statusMessage?: string | undefined }).statusMessage = undefined;
}

/** Sends what is stored. Fields that earlier middlewares set for this request stay, unless the answer has its own. */
export function replay(res: ServerResponse, answer: Answer, member: string): void {
  const vary = res.getHeader('vary');
  res.statusCode = answer.status;
  setFields(res, answer.headers);
  if (vary !== undefined) addVary(res, String(vary));
  addCacheStatus(res, member);
  if (answer.body === undefined || answer.body.length === 0) res.end();
  else res.end(answer.body);
}

export function addCacheStatus(res: ServerResponse, member: string): void {
  const present = res.getHeader('cache-status');
  res.setHeader('Cache-Status', appendCacheStatus(present === undefined ? undefined : String(present), member));
}

export function setFields(res: ServerResponse, fields: readonly Field[]): void {
  const lines = new Map<string, string | string[]>();
  for (const [name, value] of fields) {
    const present = lines.get(name);
    if (present === undefined) lines.set(name, value);
    else if (typeof present === 'string') lines.set(name, [present, value]);
    else present.push(value);
  }
  for (const [name, value] of lines) res.setHeader(name, value);
}

/** What an earlier middleware says this request's answer depends on is still so. */
function addVary(res: ServerResponse, earlier: string): void {
  const now = String(res.getHeader('vary') ?? '');
  const names = new Map<string, string>();
  for (const name of `${now},${earlier}`.split(',')) if (name.trim()) names.set(name.trim().toLowerCase(), name.trim());
  res.setHeader('Vary', names.has('*') ? '*' : [...names.values()].join(', '));
}
