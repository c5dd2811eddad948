import { asSeed, withAdmin } from './as-seed.js';
import { SCALE_ID_PATTERN, SCALE_NAME_PATTERN, SCALE_PLANS } from './shape.js';

export interface RemoveScaleOptions {
  /** The admin role's. */
  adminUrl: string;
  /** Called after each transaction. */
  onProgress?: (progress: { tenantsDone: number; tenantsInAll: number }) => void;
}

const TENANTS_AT_ONCE = 250;

/**
 * Takes away what `seedScale` made and what the product counted for those tenants since. Their audit and statements stay,
 * because nobody may delete these. Resolves to the number of tenants removed.
 */
export async function removeScale({ adminUrl, onProgress }: RemoveScaleOptions): Promise<number> {
  return withAdmin(adminUrl, async (client) => {
    const rowsOf = async <Row extends object>(text: string, values: unknown[] = []) =>
      (await asSeed(client, () => client.query<Row>(text, values))).rows;
    const tables = await rowsOf<{ name: string }>(
      `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.oid <> 'tenants'::regclass
          AND has_table_privilege(c.oid, 'DELETE')`,
    );
    const found = await rowsOf<{ id: string }>(
      'SELECT tenant_id AS id FROM tenants WHERE tenant_id ~ $1 AND name ~ $2 ORDER BY tenant_id',
      [SCALE_ID_PATTERN, SCALE_NAME_PATTERN],
    );
    for (let from = 0; from < found.length; from += TENANTS_AT_ONCE) {
      const ids = found.slice(from, from + TENANTS_AT_ONCE).map(({ id }) => id);
      await asSeed(client, async () => {
        for (const { name } of tables) await client.query(`DELETE FROM ${name} WHERE tenant_id = ANY($1)`, [ids]);
        await client.query('DELETE FROM tenants WHERE tenant_id = ANY($1)', [ids]);
      });
      onProgress?.({ tenantsDone: from + ids.length, tenantsInAll: found.length });
    }
    await rowsOf(
      'DELETE FROM plans p WHERE name = ANY($1) AND NOT EXISTS (SELECT 1 FROM tenants t WHERE t.plan = p.name)',
      [SCALE_PLANS.map(({ name }) => name)],
    );
    return found.length;
  });
}
