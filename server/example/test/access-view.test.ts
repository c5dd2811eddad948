import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@tenantcache/database';
import { AccessView } from '../src/access/access-view.js';
import { type ApiFixture, createApiFixture } from './api-fixture.js';

describe('AccessView', () => {
  let fixture: ApiFixture;
  beforeAll(async () => {
    fixture = await createApiFixture();
  });
  afterAll(() => fixture?.close());

  /** The real refreshes, with how many there were and what came of them. */
  function counted(): { database: Pick<Database, 'withoutTenant'>; outcomes: string[] } {
    const outcomes: string[] = [];
    return {
      outcomes,
      database: {
        async withoutTenant(work) {
          const result = await fixture.database.withoutTenant(work);
          outcomes.push((result as { outcome: string }[])[0]?.outcome ?? '');
          return result;
        },
      },
    };
  }

  const sourceOf = async (tenant: string, member: string) => {
    const rows = await fixture.database.withTenant(
      tenant,
      (tx) => tx.$queryRaw<{ source: string }[]>`SELECT source FROM member_permissions(${member})`,
    );
    return rows[0]?.source;
  };
  const inView = async (tenant: string, member: string) => {
    while ((await sourceOf(tenant, member)) !== 'view') await new Promise((resolve) => setTimeout(resolve, 10));
  };

  it('makes few refreshes of 100 changes side by side, in two processes, and has all of them in the end', async () => {
    const tenant = await fixture.newTenant();
    const [one, two] = [counted(), counted()];
    const options = { settleMs: 50, everyMs: 60_000 };
    const views = [new AccessView(one.database, options), new AccessView(two.database, options)];
    const ids = Array.from({ length: 100 }, (_, index) => `m-${index}`);
    await Promise.all(
      ids.map(async (id, index) => {
        await fixture.database.withTenant(tenant, (tx) =>
          tx.member.create({ data: { tenantId: tenant, id, name: id } }),
        );
        views[index % 2]?.changed();
      }),
    );
    await Promise.all(ids.map((id) => inView(tenant, id)));
    const made = [...one.outcomes, ...two.outcomes].filter((outcome) => outcome === 'refreshed').length;
    expect(made).toBeGreaterThanOrEqual(1);
    expect(made).toBeLessThanOrEqual(20);
    await Promise.all(views.map((view) => view.close()));
  });

  it('has what a process changed that died before it asked: by the schedule', async () => {
    const tenant = await fixture.newTenant();
    const view = new AccessView(fixture.database, { settleMs: 1, everyMs: 20 });
    await fixture.database.withTenant(tenant, (tx) =>
      tx.member.create({ data: { tenantId: tenant, id: 'm', name: 'm' } }),
    );
    await inView(tenant, 'm');
    await view.close();
  });

  it('asks once for all that comes before it asks', async () => {
    let asked = 0;
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const database = {
      async withoutTenant() {
        asked += 1;
        answer();
        return [{ outcome: 'refreshed' }] as never;
      },
    };
    const view = new AccessView(database, { settleMs: 20, everyMs: 60_000 });
    for (let change = 0; change < 100; change++) view.changed();
    await answered;
    // The others of them would come at the same moment.
    await new Promise((resolve) => setImmediate(resolve));
    await view.close();
    expect(asked).toBe(1);
  });

  it('asks again after another one that was at it, and goes on after an error', async () => {
    const answers = [new Error('planned'), 'running', 'running', 'refreshed'];
    const told: unknown[] = [];
    const database = {
      async withoutTenant() {
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return [{ outcome: answer }] as never;
      },
    };
    const view = new AccessView(database, { settleMs: 1, everyMs: 5, onError: (error) => void told.push(error) });
    while (answers.length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(told).toHaveLength(1);
    await view.close();
  });
});
