import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { ERRORS, TenantCacheError } from 'tenantcache';
import { ZodError } from 'zod';
import { Problem, problem } from './problem.js';

export const notFound: RequestHandler = (_request, response) => {
  send(response, problem(404, 'There is no such route.'));
};

/** The last middleware: clients read a sentence, the log reads the cause. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const answer = toProblem(error);
    if (answer.status >= 500) {
      const cause = error instanceof Problem ? (error.cause ?? error) : error;
      logger.error({ method: request.method, route: request.route?.path, ...describe(cause) }, answer.message);
    }
    send(response, answer);
  };
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ZodError) {
    const errors = error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
    return new Problem(400, 'The request is not valid.', errors);
  }
  if (error instanceof TenantCacheError) return problem(error.status, ERRORS[error.code].message, error);
  if (isDatabaseOutage(error)) return problem(503, 'The database does not answer.', error);
  const status = (error as { status?: unknown } | null)?.status;
  if (typeof status === 'number' && status >= 400 && status < 500) return problem(status, 'The request is not valid.');
  return problem(500, 'Something failed on the server.', error);
}

function send(response: Response, { status, message, errors }: Problem): void {
  const title = STATUS_CODES[status] ?? 'Error';
  const body = { type: 'about:blank', title, status, detail: message, ...(errors && { errors }) };
  if (status === 503) response.set('retry-after', '5');
  response.status(status).type('application/problem+json').send(JSON.stringify(body));
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

function isDatabaseOutage(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = String((at as { code?: unknown }).code ?? '');
    if (/^(P10\d\d|P2024|P2028|ECONN\w+|ETIMEDOUT|57P0[1-3]|08\d{3})$/.test(code)) return true;
    if (/DatabaseNotReachable|ConnectionClosed|SocketTimeout/.test(`${at.name} ${at.message}`)) return true;
  }
  return false;
}
