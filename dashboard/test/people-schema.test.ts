import { describe, expect, it } from '@jest/globals';
import { INVITATION } from '@/data/people-schema';

const TOM = { email: 'tom@a.example', name: 'Tom', role: 'operator', tenantId: '' };
const wrong = (given: Partial<typeof TOM>) =>
  INVITATION.safeParse({ ...TOM, ...given }).error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('an invitation', () => {
  it.each(['\u200b', '\u202e', '\u00ad', '\ufeff', '\ud83d', '\u0007'])(
    'has no e-mail or name with %j in it',
    (mark) => {
      expect(wrong({ email: `to${mark}m@a.example` })).toContain('email');
      expect(wrong({ name: `To${mark}m` })).toContain('name');
    },
  );

  it.each(['', ' ', '\u3000', '\u0301'])('has no name of which %j is all', (name) =>
    expect(wrong({ name })).toContain('name'),
  );

  it.each(['Tom', 'Ana María', 'Zoë', '李雷', 'O’Neil 2'])('is for %s', (name) => expect(wrong({ name })).toEqual([]));
});
