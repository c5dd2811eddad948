/** A response as it is kept: whole, end to end fields only, names in lower case, a repeated field once for each value. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** By this process's clock, in milliseconds since 1970: when the handler was asked, and when its head was there. */
  readonly requestAtMs: number;
  readonly responseAtMs: number;
  /** How long it was fresh for from `responseAtMs`, less the age it came with (RFC 9111, 4.2). */
  readonly freshForMs: number;
  /** The request fields that it depends on (RFC 9111, 4.1), and the key of those it was made for. */
  readonly vary?: readonly string[];
  readonly selecting?: string;
  /** Names of earlier middlewares' fields that the handler took away. */
  readonly removed?: readonly string[];
}

/** In place of an answer that may not be kept: tells those who waited for it that each has to ask for its own. */
export interface NotKept {
  readonly notKept: string;
}

export interface LoadContext {
  setTtl(ttlMs: number): void;
  setGrace(graceMs: number): void;
  setTags(tags: readonly string[]): void;
}

/** The part of a tenant's handle that responses are kept with; `TenantCache` has it. */
export interface ResponseStore {
  readonly tenantId: string;
  get(resource: string, key: string): Promise<unknown>;
  getOrSet(
    resource: string,
    key: string,
    factory: (context: LoadContext) => Promise<unknown>,
    options?: object,
  ): Promise<unknown>;
  delete(resource: string, key: string): Promise<unknown>;
  invalidateTags(tags: readonly string[]): Promise<void>;
}

/** Whether a value of the store is a response: an application may have used the resource for something else. */
export function isStoredResponse(value: unknown): value is StoredResponse {
  const { status, headers, body, freshForMs } = (value ?? {}) as Partial<StoredResponse>;
  return (
    typeof status === 'number' && Array.isArray(headers) && Buffer.isBuffer(body) && typeof freshForMs === 'number'
  );
}
