import type { Request } from 'express';
import { Capture, type Captured, type CaptureHooks } from './capture.js';
import type { Exchange } from './exchange.js';
import type { Field } from './fields.js';

/** The handler's answer while it is being made. */
export interface HandlerRun {
  readonly captured: Promise<Captured>;
  /** Makes the response as it was before the handler: for an answer that was withheld. */
  takeBack(): void;
}

/**
 * Asks the handler, once for each request.
 * @param conditions what it sees in place of the client's own; undefined leaves the request as it came
 */
export function runHandler(
  exchange: Exchange,
  conditions: readonly Field[] | undefined,
  { onHead, onSent }: Pick<CaptureHooks, 'onHead' | 'onSent'>,
): HandlerRun {
  const { req, res, settings } = exchange;
  exchange.asked = true;
  const restore = conditions && withConditions(req, conditions);
  let capture: Capture | undefined;
  const captured = new Promise<Captured>((resolve) => {
    capture = new Capture(res, {
      maxBodyBytes: settings.maxBodyBytes,
      onHead,
      onSent,
      onEnd: (answer) => {
        restore?.();
        resolve(answer);
      },
    });
  });
  exchange.next();
  return { captured, takeBack: () => capture?.release() };
}

/** A range with them: where it counts for nothing, the handler must not see it either. */
const CONDITIONS = new Set(['if-none-match', 'if-modified-since', 'range', 'if-range']);

/** Express compares these with what a handler sends, and a proxy sends them on. */
function withConditions(req: Request, conditions: readonly Field[]): () => void {
  const { headers, rawHeaders } = req;
  const kept = Object.entries(headers).filter(([name]) => !CONDITIONS.has(name));
  req.headers = { ...Object.fromEntries(kept), ...Object.fromEntries(conditions) };
  req.rawHeaders = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (!CONDITIONS.has(name.toLowerCase())) req.rawHeaders.push(name, rawHeaders[at + 1] as string);
  }
  req.rawHeaders.push(...conditions.flat());
  return () => {
    req.headers = headers;
    req.rawHeaders = rawHeaders;
  };
}
