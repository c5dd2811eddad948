export interface KeyHelp {
  readonly does: string;
  /** Where it does less for a tenant's user. */
  readonly doesForTenant?: string;
  /** `Command` is Cmd or Ctrl, as the keyboard has it. */
  readonly keys: readonly string[];
  /** Between two keys: pressed together, or one of them. */
  readonly joined?: '+' | 'or';
}

/** What the help dialog lists. */
export const KEY_GROUPS: readonly { readonly heading: string; readonly keys: readonly KeyHelp[] }[] = [
  {
    heading: 'Everywhere',
    keys: [
      {
        does: 'Jump to a tenant, a page or an action',
        doesForTenant: 'Jump to a page or an action',
        keys: ['Command', 'K'],
        joined: '+',
      },
      { does: 'This list', keys: ['?'] },
      { does: 'Close a dialog', keys: ['Esc'] },
    ],
  },
  {
    heading: 'Pages with a time range',
    keys: [
      { does: 'The last hour', keys: ['1'] },
      { does: 'The last 6 hours', keys: ['6'] },
      { does: 'The last 24 hours', keys: ['2'] },
      { does: 'The last 7 days', keys: ['7'] },
      { does: 'The last 30 days', keys: ['3'] },
      { does: 'Compare with the period before', keys: ['c'] },
    ],
  },
  {
    heading: 'In a chart',
    keys: [
      { does: 'Read the values', keys: ['←', '→'], joined: 'or' },
      { does: 'First and last value', keys: ['Home', 'End'], joined: 'or' },
    ],
  },
];
