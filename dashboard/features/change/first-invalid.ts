import { type RefObject, useEffect } from 'react';

/** To the first field that is marked as wrong, once the marks are drawn. */
export function focusFirstInvalid(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

/** The same when the server has answered that something is wrong. */
export function useFirstInvalid(form: RefObject<HTMLFormElement | null>, pending: boolean): void {
  useEffect(() => {
    if (!pending) focusFirstInvalid(form.current);
  }, [form, pending]);
}
