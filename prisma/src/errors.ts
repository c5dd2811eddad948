/** What this package throws on purpose; the message says what to do. Whatever else is thrown comes from the driver. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    readonly code: 'OPTION_INVALID' | 'TENANT_INVALID' | 'MIGRATION_CHANGED' | 'MIGRATION_FAILED',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
