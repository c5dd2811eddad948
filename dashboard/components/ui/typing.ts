/** Whether a key pressed there belongs to a field or to an open dialog, and not to the page. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable], dialog, [role="dialog"]') !== null
  );
}
