import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { AdminApp, bearer, seededId } from './admin-app.js';

const RUN = seededId(1);
const get = (fixture: AdminApp, path: string) =>
  request(fixture.app).get(`/admin/warming/${path}`).set(bearer('viewer'));
const post = (fixture: AdminApp, path: string, body: object) =>
  request(fixture.app).post(`/admin/warming/${path}`).set(bearer('operator')).send(body);
const audit = async (fixture: AdminApp) =>
  (await fixture.directory.audit({ action: 'warming', page: 1, pageSize: 9 })).items;

describe('warm-ups in the admin API', () => {
  it('lists the jobs with their schedules', async () => {
    const { body } = await get(new AdminApp(), 'jobs').expect(200);
    expect(body).toEqual({
      items: [
        { name: 'market', schedule: '0 * * * *', nextAt: expect.stringMatching(/:00:00\.000Z$/), atStart: false },
      ],
    });
  });

  it('begins a run, and audits who and why before', async () => {
    const fixture = new AdminApp();
    const begun = await post(fixture, 'runs', { job: 'market', reason: 'after the outage' }).expect(202);
    expect(begun.body).toMatchObject({ job: 'market', trigger: 'demand', startedBy: 'operator@example.com' });
    const { location } = begun.headers as { location: string };
    expect(location).toBe(`/admin/warming/runs/${begun.body.id}`);
    await fixture.warming.warmer.idle();
    const read = await request(fixture.app).get(location).set(bearer('viewer')).expect(200);
    expect(read.body).toMatchObject({ id: begun.body.id, state: 'done', total: 0, secondsLeft: null });
    expect(await audit(fixture)).toMatchObject([
      { tenantId: null, actor: 'operator@example.com', reason: 'after the outage', after: { began: 'market' } },
    ]);
  });

  it('begins it once for each Idempotency-Key', async () => {
    const fixture = new AdminApp();
    const send = () => post(fixture, 'runs', { job: 'market', reason: 'because' }).set('Idempotency-Key', 'k1');
    const [first, again] = [await send().expect(202), await send().expect(202)];
    expect([again.body.id, again.headers.location]).toEqual([first.body.id, first.headers.location]);
    expect(await audit(fixture)).toHaveLength(1);
  });

  it('refuses a second run of a job, and a job that nobody defines', async () => {
    const fixture = new AdminApp();
    const begun = fixture.warming.runs.begin({ id: seededId(2), job: 'market', trigger: 'start', startedBy: null });
    await begun;
    const second = await post(fixture, 'runs', { job: 'market', reason: 'because' }).expect(409);
    expect(second.body.code).toBe('WARMING_RUNNING');
    const unknown = await post(fixture, 'runs', { job: 'nothing', reason: 'because' }).expect(404);
    expect(unknown.body.code).toBe('WARMING_NOT_FOUND');
    await post(fixture, 'runs', { job: 'No Job', reason: 'because' }).expect(400);
    // What was not there was not attempted.
    expect((await audit(fixture)).map(({ after }) => after)).toEqual([{ began: 'market' }]);
  });

  it('tells how far a run is, at what rate, and how long it will take', async () => {
    const fixture = new AdminApp();
    const { runs } = fixture.warming;
    const before = (await get(fixture, `runs/${RUN}`).expect(200)).body;
    expect(before).toMatchObject({ total: null, done: 0, perSecond: null, secondsLeft: null, endedAt: null });
    fixture.warming.laterMs = 10_000;
    await runs.progress(RUN, 0, { total: 100, done: 30, failed: 5, skipped: 15, bytes: 4_096 });
    const { body } = await get(fixture, `runs/${RUN}`).expect(200);
    expect(body).toMatchObject({ total: 100, done: 30, failed: 5, skipped: 15, bytes: 4_096 });
    expect([body.perSecond, body.secondsLeft]).toEqual([5, 10]);
    await runs.end(RUN, 0, 'failed', { total: 100, done: 30, failed: 5, skipped: 15, bytes: 4_096 }, 'UNKNOWN');
    const ended = (await get(fixture, `runs/${RUN}`).expect(200)).body;
    expect(ended).toMatchObject({ state: 'failed', code: 'UNKNOWN', secondsLeft: null });
    expect([ended.perSecond > 0, ended.endedAt !== null]).toEqual([true, true]);
  });

  it('lists runs by job and state', async () => {
    const fixture = new AdminApp();
    await post(fixture, 'runs', { job: 'market', reason: 'because' }).expect(202);
    await fixture.warming.warmer.idle();
    const jobs = async (query: string) =>
      (await get(fixture, `runs${query}`).expect(200)).body.items.map(({ job }: { job: string }) => job);
    expect(await jobs('')).toEqual(['market', 'elsewhere']);
    expect(await jobs('?state=running')).toEqual(['elsewhere']);
    expect(await jobs('?job=market&pageSize=1')).toEqual(['market']);
    expect(await jobs('?job=elsewhere')).toEqual(['elsewhere']);
    await get(fixture, 'runs?state=paused').expect(400);
  });

  it('lets nobody begin or cancel one who may only read, and audits no attempt', async () => {
    const fixture = new AdminApp();
    const bodies = { runs: { job: 'market', reason: 'because' }, [`runs/${RUN}/cancel`]: { reason: 'because' } };
    for (const [path, body] of Object.entries(bodies)) {
      await request(fixture.app).post(`/admin/warming/${path}`).set(bearer('viewer')).send(body).expect(403);
    }
    expect((await fixture.warming.runs.get(RUN))?.cancelRequested).toBe(false);
    expect(await audit(fixture)).toEqual([]);
  });

  it('cancels a run wherever it is, and audits it before; what has ended, or never was, is 404', async () => {
    const fixture = new AdminApp();
    const { body } = await post(fixture, `runs/${RUN}/cancel`, { reason: 'too much load' }).expect(202);
    expect(body).toMatchObject({ id: RUN, state: 'running', cancelRequested: true });
    expect(await audit(fixture)).toMatchObject([
      { tenantId: null, reason: 'too much load', after: { cancelled: 'elsewhere', run: RUN } },
    ]);
    await fixture.warming.runs.end(RUN, 0, 'cancelled', { total: 1, done: 0, failed: 0, skipped: 0, bytes: 0 });
    for (const id of [RUN, seededId(3), 'none']) {
      expect((await post(fixture, `runs/${id}/cancel`, { reason: 'again' }).expect(404)).body.code).toBe(
        'WARMING_NOT_FOUND',
      );
    }
    expect(await audit(fixture)).toHaveLength(1);
  });
});
