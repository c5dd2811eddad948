import { cacheControl, type Directives } from './cache-control.js';
import { type Field, fieldsFromRaw } from './fields.js';
import type { Target, TargetRequest } from './request-target.js';

export interface RequestHead {
  /** As it came by HTTP: a field or a parameter that names another method is the app's own matter. */
  readonly method: string;
  readonly target: Target;
  readonly fields: readonly Field[];
  readonly control: Directives;
}

export function requestHead(req: Pick<TargetRequest, 'method' | 'rawHeaders'>, target: Target): RequestHead {
  const fields = fieldsFromRaw(req.rawHeaders);
  return { method: req.method ?? 'GET', target, fields, control: cacheControl(fields) };
}
