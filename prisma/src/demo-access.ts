/** Who may do what in every tenant of the demo. */

interface DemoRole {
  id: string;
  name: string;
  /** `<action>` or `<action> <object>`; with a `!` in front it is denied. */
  says: readonly string[];
}

const SEES = ['portfolio:read', 'trade:read', 'signal:read', 'market:read', 'cache:read'];

export const DEMO_ROLES: readonly DemoRole[] = [
  { id: 'owner', name: 'Owner', says: ['*'] },
  { id: 'trader', name: 'Trader', says: [...SEES, 'portfolio:*', 'trade:*', 'cache:write'] },
  { id: 'analyst', name: 'Analyst', says: [...SEES, 'access:read', 'cache:write'] },
  { id: 'viewer', name: 'Viewer', says: ['portfolio:read', 'market:read'] },
  { id: 'restricted', name: 'Not the treasury', says: ['!portfolio:* portfolio/pf-25', '!trade:* portfolio/pf-25'] },
];

export const DEMO_TEAMS = [
  { id: 'desk', name: 'Trading desk', roles: ['trader'] },
  { id: 'research', name: 'Research', roles: ['analyst'] },
  { id: 'interns', name: 'Interns', roles: ['viewer', 'restricted'] },
] as const;

/** The id is the `sub` of a token: `npm run token -- --tenant <id> --user ada`. */
export const DEMO_MEMBERS = [
  { id: 'ada', name: 'Ada Lund', roles: ['owner'], teams: [] },
  { id: 'ben', name: 'Ben Osei', roles: ['trader'], teams: [] },
  { id: 'cleo', name: 'Cleo Marin', roles: ['analyst'], teams: [] },
  { id: 'dev', name: 'Dev Rao', roles: ['viewer'], teams: [] },
  { id: 'edda', name: 'Edda Falk', roles: [], teams: ['desk'] },
  { id: 'finn', name: 'Finn Toma', roles: ['viewer'], teams: ['desk', 'research'] },
  { id: 'gita', name: 'Gita Sen', roles: [], teams: ['research'] },
  { id: 'hugo', name: 'Hugo Prat', roles: [], teams: ['interns'] },
] as const;

/** What a role says, as the rows of `role_permissions` have it. */
export function demoPermissions(says: readonly string[]) {
  return says.map((text) => {
    const denies = text.startsWith('!');
    const [action = '', object = '*'] = (denies ? text.slice(1) : text).split(' ');
    return { action, object, effect: denies ? 'deny' : 'allow' };
  });
}
