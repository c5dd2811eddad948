import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { OpenMarks } from '../../../src/l1/open-marks.js';

const tenant = tenantId('a');
const ids = ['a', 'ab', 'b'].map((key) => entryId('r', key));

type Step =
  | { do: 'open'; id: number }
  | { do: 'spoil'; id: number }
  | { do: 'close'; nth: number }
  | { do: 'prefix'; prefix: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('open' as const), id: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('close' as const), nth: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('spoil' as const), id: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('prefix' as const), prefix: fc.constantFrom('', 'a', 'ab') }) },
);

describe('OpenMarks', () => {
  it('spoils those on the entry that are open, whatever was opened and closed before, and holds no others', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const marks = new OpenMarks();
        const open: ReturnType<OpenMarks['open']>[] = [];
        const clean = new Set<(typeof open)[0]>();
        const spoils = (covered: (id: string) => boolean) => {
          for (const mark of clean) if (open.includes(mark) && covered(mark.id)) clean.delete(mark);
        };
        for (const each of steps) {
          if (each.do === 'open') {
            const mark = marks.open(tenant, ids[each.id] as (typeof ids)[0]);
            open.push(mark);
            clean.add(mark);
          } else if (each.do === 'close') {
            const [mark] = open.splice(each.nth, 1);
            if (mark) marks.close(mark);
            // Closing twice is harmless.
            if (mark) marks.close(mark);
          } else if (each.do === 'spoil') {
            const id = ids[each.id] as (typeof ids)[0];
            marks.spoil(tenant, id);
            spoils((other) => other === id);
          } else if (each.do === 'prefix') {
            marks.spoilScopes(tenant, [{ resource: 'r', prefix: each.prefix }]);
            spoils((other) => other.startsWith(`r:${each.prefix}`));
          }
          for (const mark of open) expect(mark.clean).toBe(clean.has(mark));
          expect(marks.has(tenant)).toBe(open.some((mark) => clean.has(mark)));
        }
      }),
    );
  });
});
