import pg from 'pg';

const ACTOR = 'system:seed';

/** A connection of its own, because its statements take longer than those of the product may. */
export async function withAdmin<T>(adminUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** One transaction in the name of the seed. */
export async function asSeed<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    // Compiling these long statements takes longer than they do.
    await client.query(
      "SELECT set_config('app.actor', $1, true), set_config('TimeZone', 'UTC', true), set_config('jit', 'off', true)",
      [ACTOR],
    );
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}
