'use client';

import { type HTMLAttributes, type KeyboardEvent, type PointerEvent, useState } from 'react';

const JUMPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9 };

interface Readable {
  /** The finding in words. */
  readonly label: string;
  /** Reads the value nearest to this place, in pixels from the left of the plot. */
  readonly point: (left: number) => void;
  /** Reads so many values farther on, and stays at the ends. */
  readonly jump: (values: number) => void;
  readonly leave: () => void;
}

interface Reading {
  /** Set while the keyboard reads: then the values are spoken. */
  readonly spoken: boolean;
  /** Of the plot, which takes the focus because its values are read with the arrow keys. */
  readonly interaction: HTMLAttributes<HTMLDivElement>;
}

/** The pointer and the arrow keys read the values of a plot. */
export function useReading({ label, point, jump, leave }: Readable): Reading {
  const [spoken, setSpoken] = useState(false);
  const pointed = (event: PointerEvent<HTMLDivElement>) => {
    if (spoken) setSpoken(false);
    point(event.clientX - event.currentTarget.getBoundingClientRect().left);
  };
  const pressed = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key === 'Escape') return leave();
    const values = JUMPS[event.key];
    if (values === undefined || event.metaKey || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    if (!spoken) setSpoken(true);
    jump(values);
  };
  const interaction = {
    role: 'group',
    tabIndex: 0,
    'aria-label': `${label}. Chart: left and right arrow keys read the values.`,
    onPointerMove: pointed,
    onPointerDown: pointed,
    onPointerLeave: leave,
    onBlur: leave,
    onKeyDown: pressed,
  };
  return { spoken, interaction };
}
