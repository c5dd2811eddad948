import { expect, it, jest } from '@jest/globals';
import type { FleetStates } from '@/data/fleet-states';
import type { FleetViewer } from '@/data/viewer';

let states: () => Promise<FleetStates>;
jest.unstable_mockModule('@/data/fleet-states', () => ({ fleetStates: () => states() }));
const { expectedAttention } = await import('@/data/attention');
const viewer: FleetViewer = { area: 'fleet', email: 'ada@example.com', name: 'Ada', role: 'admin' };

it.each([
  [0, 0, false],
  [3, 3, false],
  [4, 4, false],
  [5, 4, true],
])('keeps room for %d troubled tenants: %d rows, and a line below them: %s', async (warning, rows, more) => {
  states = async () => ({ tenants: 9, critical: 0, exceeded: 0, warning, unknown: 0 });
  expect(await expectedAttention(viewer)).toEqual({ rows, more });
});

it('does not keep the page waiting for a fleet that takes its time, nor for one that cannot be asked', async () => {
  for (const silent of [() => new Promise<FleetStates>(() => {}), () => Promise.reject(new Error('away'))]) {
    states = silent;
    expect(await expectedAttention(viewer)).toEqual({ rows: 4, more: true });
  }
});
