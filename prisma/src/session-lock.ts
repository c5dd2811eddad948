import pg from 'pg';

/** Opens the two-part key of every lock of this class; the other part is the hash of its name. */
const LOCK_CLASS = 72_707_371;
/** The server ends a session that is silent for so long, and with it its lock: a holder that hangs is followed. */
const MAX_SILENCE_MS = 15_000;

export interface SessionLockOptions {
  url: string;
  name: string;
  /** Longest wait for a connection and for an answer, in milliseconds. */
  timeoutMs: number;
}

/**
 * An advisory lock of Postgres on a connection of its own: who holds it is whoever's session is alive. Needs a connection
 * to the server itself, or a pooler that keeps sessions.
 */
export class SessionLock {
  readonly #options: SessionLockOptions;
  #client: pg.Client | undefined;
  #held = false;

  constructor(options: SessionLockOptions) {
    this.#options = options;
  }

  /** False from the moment at which the connection is lost. */
  get held(): boolean {
    return this.#held;
  }

  /** Whether this session holds the lock, which it takes where nobody does. @throws what the connection throws */
  async hold(): Promise<boolean> {
    const client = this.#client ?? (await this.#connect());
    try {
      if (this.#held) await client.query('SELECT 1');
      else this.#held = await this.#take(client);
    } catch (error) {
      this.#drop(client);
      throw error;
    }
    return this.#held && this.#client === client;
  }

  /** One row of a statement on the session that holds the lock. */
  async row<Row extends object>(text: string): Promise<Row | undefined> {
    return (await this.#client?.query<Row>(text))?.rows[0];
  }

  async release(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#held = false;
    // The end of a session gives its locks back; only the server's word says that it has ended.
    if (client) await this.#end(client);
  }

  async #take(client: pg.Client): Promise<boolean> {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS taken', [
      LOCK_CLASS,
      this.#options.name,
    ]);
    return rows[0]?.taken === true && this.#client === client;
  }

  async #connect(): Promise<pg.Client> {
    const { url, timeoutMs } = this.#options;
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
      keepAlive: true,
      application_name: 'tenantcache leadership',
    });
    const lost = () => this.#drop(client);
    client.on('error', lost);
    client.on('end', lost);
    await client.connect();
    this.#client = client;
    // Before version 14 there is no such setting.
    await client.query(`SELECT set_config('idle_session_timeout', '${MAX_SILENCE_MS}', false)`).catch(() => {});
    return client;
  }

  #drop(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#held = false;
    client.end().catch(() => {});
  }

  async #end(client: pg.Client): Promise<void> {
    await client.query('SELECT pg_advisory_unlock_all()').catch(() => {});
    await client.end().catch(() => {});
  }
}
