import { AdminApiDown } from '@/data/admin-api';

export type Reached<T> = { kind: 'read'; data: T } | { kind: 'unreachable'; why: string };

/** What the admin API answered, or why it did not; what it refuses is still an error. */
export async function reached<T>(answer: Promise<T>): Promise<Reached<T>> {
  try {
    return { kind: 'read', data: await answer };
  } catch (error) {
    if (!(error instanceof AdminApiDown)) throw error;
    return { kind: 'unreachable', why: error.message };
  }
}
