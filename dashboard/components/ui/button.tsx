import Link from 'next/link';
import type { ButtonHTMLAttributes, ComponentProps } from 'react';
import { classNames } from './class-names';

export type ButtonVariant = 'plain' | 'primary' | 'danger' | 'quiet';
export type ButtonSize = 'normal' | 'small' | 'icon' | 'small-icon';

const VARIANTS: Record<ButtonVariant, string> = {
  plain: 'border-border-strong bg-bg text-text hover:bg-bg-subtle',
  primary: 'border-brand bg-brand text-on-brand hover:bg-brand-hover',
  danger: 'border-critical-solid bg-critical-solid text-on-critical',
  quiet: 'border-transparent text-text-secondary hover:bg-bg-muted hover:text-text',
};
const SIZES: Record<ButtonSize, string> = {
  normal: 'h-control px-3',
  small: 'h-7 px-2.5',
  icon: 'h-control w-(--control)',
  'small-icon': 'size-7',
};
const DISABLED =
  'disabled:cursor-not-allowed disabled:border-border disabled:bg-bg-muted disabled:text-text-muted aria-disabled:cursor-not-allowed aria-disabled:border-border aria-disabled:bg-bg-muted aria-disabled:text-text-muted';

export function buttonClass(variant: ButtonVariant = 'plain', size: ButtonSize = 'normal', extra?: string): string {
  return classNames(
    'inline-flex shrink-0 items-center justify-center gap-[7px] rounded-2 border text-13 font-medium whitespace-nowrap no-underline transition-colors duration-(--fast)',
    VARIANTS[variant],
    SIZES[size],
    DISABLED,
    extra,
  );
}

interface Look {
  variant?: ButtonVariant;
  size?: ButtonSize;
}

export function Button({
  variant,
  size,
  className,
  type = 'button',
  ...rest
}: Look & ButtonHTMLAttributes<HTMLButtonElement>) {
  return <button type={type} className={buttonClass(variant, size, className)} {...rest} />;
}

export function ButtonLink({ variant, size, className, ...rest }: Look & ComponentProps<typeof Link>) {
  return <Link className={buttonClass(variant, size, className)} {...rest} />;
}
