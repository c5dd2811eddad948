import { describe, expect, it } from '@jest/globals';
import { tenantId } from '../../../src/core/tenant-id.js';
import { UsageJournaller } from '../../../src/usage/usage-journaller.js';
import { oneProcess } from './counting-process.js';

describe('UsageJournaller', () => {
  it('puts each value once, and nothing of tenants of whom nothing was counted', async () => {
    const { process, journalData } = oneProcess();
    process.count('a', 1);
    process.count('idle', 0);
    await process.journaller.tick();
    await process.journaller.tick();
    expect([journalData.puts, [...journalData.tenants.keys()]]).toEqual([1, ['a']]);
    process.count('a', 1);
    await process.journaller.tick();
    expect(journalData.puts).toBe(2);
  });

  it('catches up after the journal was away, with the part of every bucket that ended meanwhile', async () => {
    const { process, journalData, pass } = oneProcess();
    process.journalAway = true;
    for (let bucket = 0; bucket < 5; bucket++) {
      process.count('a', 1);
      await process.journaller.tick();
      pass(60_000);
      await process.journaller.tick();
    }
    expect(process.events.every((event) => event.type === 'journal' && !event.ok)).toBe(true);
    process.journalAway = false;
    await process.journaller.tick();
    const parts = await process.journal.read([tenantId('a')]);
    expect(parts.map(({ part }) => part.bucket.requests)).toEqual([1, 1, 1, 1, 1]);
    expect(journalData.puts).toBe(5);
  });

  it('has put all again by its end where the journal was emptied in the midst of it', async () => {
    const { process, journalData } = oneProcess();
    for (const name of ['a', 'b']) process.count(name, 1);
    await process.journaller.tick();
    process.count('a', 1);
    const { put } = process.journal;
    process.journal.put = async (parts) => {
      process.journal.put = put;
      journalData.empty();
      await process.journal.put(parts);
    };
    await process.journaller.tick();
    expect([...journalData.tenants.keys()].sort()).toEqual(['a', 'b']);
  });

  it('puts all again that may be lost, once the journal came back empty', async () => {
    const { process, journalData } = oneProcess();
    for (const name of ['a', 'b']) process.count(name, 1);
    await process.journaller.tick();
    journalData.empty();
    await process.journaller.tick();
    expect([...journalData.tenants.keys()]).toEqual(['a', 'b']);
  });

  it('puts again what was put while the journal was emptied', async () => {
    const { process, journalData } = oneProcess();
    process.count('a', 1);
    const { put } = process.journal;
    process.journal.put = async (parts) => {
      await put(parts);
      journalData.empty();
    };
    await process.journaller.tick();
    process.journal.put = put;
    await process.journaller.tick();
    expect(journalData.tenants.size).toBe(1);
  });

  it('never has two puts under way', async () => {
    const { process, now } = oneProcess();
    let underway = 0;
    let most = 0;
    const journaller = new UsageJournaller({
      journal: {
        ...process.journal,
        async put() {
          most = Math.max(most, ++underway);
          await new Promise((resolve) => setTimeout(resolve, 5));
          underway--;
        },
      },
      ledger: process.ledger,
      tenants: () => process.tenants(),
      away: () => false,
      emit() {},
      now,
    });
    for (let tenant = 0; tenant < 1_200; tenant++) process.count(`t${tenant}`, 1);
    await Promise.all([journaller.tick(), journaller.tick(), journaller.close()]);
    expect(most).toBe(1);
  });

  it('leaves tenants alone whose server is away, and puts those of the others', async () => {
    const { process, journalData, now } = oneProcess();
    for (const name of ['a', 'b']) process.count(name, 1);
    const { journal, ledger } = process;
    let away = true;
    const journaller = new UsageJournaller({
      journal,
      ledger,
      tenants: () => process.tenants(),
      away: (tenant) => away && tenant === 'a',
      emit() {},
      now,
    });
    await journaller.tick();
    expect([...journalData.tenants.keys()]).toEqual(['b']);
    away = false;
    await journaller.tick();
    expect([...journalData.tenants.keys()]).toEqual(['b', 'a']);
  });

  it('puts all but a part that the journal refuses', async () => {
    const { process, journalData } = oneProcess();
    const { put } = process.journal;
    process.journal.put = async (parts) => {
      if (parts.some((part) => part.tenantId === 't7')) throw new Error('refused');
      await put(parts);
    };
    for (let tenant = 0; tenant < 20; tenant++) process.count(`t${tenant}`, 1);
    await process.journaller.tick();
    expect(journalData.tenants.size).toBe(19);
  });
});
