import { describe, expect, it } from '@jest/globals';
import { type ClusterView, parseClusterNodes } from '../../../src/l2/cluster-view.js';
import { SlotMap } from '../../../src/l2/slot-map.js';

const naming = { hostnames: false, mapped: (address: string) => address };
const master = (address: string, epoch: number, ...ranges: [number, number][]) => ({
  address,
  epoch,
  failed: false,
  ranges,
});
const view = (masters: ClusterView['masters'], ...replicas: string[]): ClusterView => ({
  masters,
  replicas: replicas.map((address) => ({ address, of: '' })),
});

describe('what a node says of the Cluster', () => {
  it('names masters with their epochs and slots, and replicas with their masters', () => {
    const text = [
      'aa 10.0.0.1:7000@17000 myself,master - 0 0 3 connected 0-5 9 [7->-bb] [8-<-bb]',
      'bb 10.0.0.2:7000@17000,redis-2 master,fail - 0 0 2 disconnected 10-11',
      'cc 10.0.0.3:7000@17000 slave aa 0 0 3 connected',
      'dd :0@0 master,noaddr - 0 0 1 disconnected 12',
      'ee 10.0.0.5:7000@17000 handshake - 0 0 0 connected',
      '',
    ].join('\n');
    expect(parseClusterNodes(text, '10.0.0.1:7000', naming)).toEqual({
      masters: [
        {
          address: '10.0.0.1:7000',
          epoch: 3,
          failed: false,
          ranges: [
            [0, 5],
            [9, 9],
          ],
        },
        { address: '10.0.0.2:7000', epoch: 2, failed: true, ranges: [[10, 11]] },
      ],
      replicas: [{ address: '10.0.0.3:7000', of: '10.0.0.1:7000' }],
    });
  });

  it('calls nodes by the names that certificates are for, and as they are reached from here', () => {
    const text = 'aa 10.0.0.1:7000@17000,redis-1 master - 0 0 3 connected 0-5\n';
    const names = (hostnames: boolean, mapped = naming.mapped) =>
      parseClusterNodes(text, 'seed:7000', { hostnames, mapped }).masters[0]?.address;
    expect([names(false), names(true), names(false, () => 'outside:1')]).toEqual([
      '10.0.0.1:7000',
      'redis-1:7000',
      'outside:1',
    ]);
  });

  it('finds a node that does not know its own address where it was asked', () => {
    const text = 'aa :7000@17000 myself,master - 0 0 3 connected 0-5\n';
    expect(parseClusterNodes(text, 'localhost:9', naming).masters[0]?.address).toBe('localhost:7000');
  });
});

describe('the map of slots', () => {
  it('tells what changed its owner, and nothing of what had none', () => {
    const map = new SlotMap();
    expect(map.learn(view([master('a', 1, [0, 9]), master('b', 2, [10, 19])]))).toEqual(new Set());
    expect(map.learn(view([master('a', 1, [0, 7]), master('b', 3, [8, 19])]))).toEqual(new Set([8, 9]));
    expect([map.ownerOf(7), map.ownerOf(8), map.ownerOf(20)]).toEqual(['a', 'b', undefined]);
    expect([...map.ranges()]).toEqual([
      ['a', [[0, 7]]],
      ['b', [[8, 19]]],
    ]);
  });

  it('believes no node that was away and tells of the past', () => {
    const map = new SlotMap();
    const past = view([master('a', 1, [0, 9])], 'r');
    map.learn(past);
    expect(map.learn(view([master('r', 2, [0, 9])], 'a')).size).toBe(10);
    expect(map.learn(past)).toEqual(new Set());
    expect(map.ownerOf(0)).toBe('r');
  });

  it('gives slots of a node that the Cluster has forgotten to whoever claims them', () => {
    const map = new SlotMap();
    map.learn(view([master('a', 9, [0, 9])]));
    expect(map.learn(view([master('b', 1, [0, 9])])).size).toBe(10);
    expect(map.ownerOf(3)).toBe('b');
  });

  it('keeps the owner of a slot that nobody claims', () => {
    const map = new SlotMap();
    map.learn(view([master('a', 1, [0, 9])]));
    expect(map.learn(view([master('a', 1, [0, 4])]))).toEqual(new Set());
    expect(map.ownerOf(9)).toBe('a');
  });
});
