import { counted } from '@/components/ui/figures';

/** “You are signed in here and in 2 other browsers”. */
export function sessionsHeading(total: number): string {
  const others = total - 1;
  if (others <= 0) return 'You are signed in here and nowhere else';
  return `You are signed in here and in ${counted(others, 'other browser', 'other browsers')}`;
}

/** “2 other sessions ended”. */
export function endedWords(count: number): string {
  return count === 0 ? 'That session had ended already' : `${counted(count, 'session', 'sessions')} ended`;
}
