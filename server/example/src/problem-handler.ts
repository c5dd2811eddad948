import { STATUS_CODES } from 'node:http';
import { isDatabaseOutage } from '@tenantcache/database';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { problemHandler as otherProblems } from 'tenantcache';
import { ZodError } from 'zod';
import { Problem, problem } from './problem.js';

export const notFound: RequestHandler = (_request, response) => {
  send(response, problem(404, 'ROUTE_NOT_FOUND', 'There is no such route.'));
};

/**
 * The last middleware: clients read a sentence, the log reads the cause. What this application does not know is left to the
 * handler of the cache: its own errors, those of Express and its parsers, and whatever else.
 */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  const report = (error: unknown, request: Request, message: string): void => {
    logger.error({ method: request.method, route: request.route?.path, ...describe(error) }, message);
  };
  const others = otherProblems((error, request) => report(error, request, 'A request failed.'));
  return (error: unknown, request, response, next) => {
    const answer = toProblem(error);
    if (answer === undefined || response.headersSent) return others(error, request, response, next);
    if (answer.status >= 500) report(answer.cause ?? answer, request, answer.message);
    send(response, answer);
  };
}

function toProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof ZodError) {
    const errors = error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
    return new Problem(400, 'REQUEST_INVALID', 'The request is not valid.', errors);
  }
  if (isDatabaseOutage(error)) return problem(503, 'DATABASE_UNAVAILABLE', 'The database does not answer.', error);
  return undefined;
}

function send(response: Response, { status, code, message, errors }: Problem): void {
  const title = STATUS_CODES[status] ?? 'Error';
  const requestId = response.getHeader('x-request-id');
  const type = `urn:tenantcache:error:${code.toLowerCase()}`;
  const body = { type, title, status, code, detail: message, ...(errors && { errors }), requestId };
  if (status === 503) response.set('retry-after', '5');
  response.status(status).set('cache-control', 'no-store').type('application/problem+json').send(JSON.stringify(body));
}

/** Name, code and place of an error; its message may quote a value, so it stays out of the log. */
function describe(error: unknown): object {
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: error.name, code: (error as { code?: unknown }).code, stack: frames(error) };
}

function frames({ stack = '' }: Error): string {
  const lines = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return lines.slice(0, 6).join('\n');
}
