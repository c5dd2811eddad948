/** How long an answer is given again. */
export const IDEMPOTENCY_KEPT_MS = 24 * 3_600_000;
/** After this time a request that neither answered nor gave up is taken for dead: its key may run again. */
export const IDEMPOTENCY_LOCK_MS = 60_000;

/** One use of an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07). */
export interface IdempotentRequest {
  /** SHA-256 of who asks and of the key, in hex: another actor's key is another id. */
  readonly id: string;
  /** SHA-256 of what is asked, in hex. */
  readonly fingerprint: string;
}

/** What is given again. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Without what is shown once. Empty: an answer without content. */
  readonly body: string;
}

export type IdempotentStart =
  /** This caller runs it, and tells the outcome under this token. */
  | { readonly kind: 'begun'; readonly token: string }
  | { readonly kind: 'running' }
  /** The key was used for another request. */
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer };

/** Where it is known which requests have run. One caller over all processes is told `begun`. */
export interface IdempotencyStore {
  begin(request: IdempotentRequest): Promise<IdempotentStart>;
  /** False where the token no longer stands: the lock ran out and another runs it. */
  finish(id: string, token: string, answer: KeptAnswer): Promise<boolean>;
  /** Nothing was done: the key may be used again, for another request as well. */
  abandon(id: string, token: string): Promise<void>;
}
