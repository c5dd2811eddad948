/** Who changes something, as the audit keeps it. */
export interface Actor {
  readonly id: string;
  readonly onBehalfOf?: string;
  readonly source: 'api' | 'dashboard' | 'system';
  readonly ip?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}
