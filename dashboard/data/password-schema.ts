import { z } from 'zod';

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 200;

/** What somebody may choose. Length is what counts; nothing asks for a digit. */
export const CHOSEN_PASSWORD = z
  .string()
  .min(PASSWORD_MIN, `A password has at least ${PASSWORD_MIN} characters.`)
  .max(PASSWORD_MAX, `A password has at most ${PASSWORD_MAX} characters.`);

/** The form of a change; `present` is what was typed as the present password. */
export const PASSWORD_CHANGE = z
  .object({
    present: z.string().min(1, 'Type your present password.').max(1000, 'That is not your present password.'),
    chosen: CHOSEN_PASSWORD,
    again: z.string(),
  })
  .refine(({ chosen, again }) => chosen === again, { path: ['again'], error: 'The two do not match.' })
  .refine(({ present, chosen }) => present !== chosen, {
    path: ['chosen'],
    error: 'This is your present password. Choose another one.',
  });
