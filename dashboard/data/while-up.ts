import 'server-only';
import { AdminApiDown, AdminApiProblem } from './admin-api';

export type WhileUp<T> =
  | { readonly up: true; readonly value: T }
  /** The API, or what it needs for this, does not answer; why, in a sentence. */
  | { readonly up: false; readonly why: string };

/** What the API answers, or that it does not: a page then says so in its own place. */
export async function whileUp<T>(answer: Promise<T>): Promise<WhileUp<T>> {
  try {
    return { up: true, value: await answer };
  } catch (error) {
    if (error instanceof AdminApiDown) return { up: false, why: error.message };
    if (error instanceof AdminApiProblem && error.status >= 500) return { up: false, why: error.message };
    throw error;
  }
}
