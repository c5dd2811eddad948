'use client';

import { Switch as Primitive } from 'radix-ui';

interface SwitchProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function Switch({ label, checked, onChange }: SwitchProps) {
  return (
    <Primitive.Root
      aria-label={label}
      checked={checked}
      onCheckedChange={onChange}
      className="relative h-4 w-7 shrink-0 rounded-full bg-border-control data-[state=checked]:bg-brand"
    >
      <Primitive.Thumb className="absolute top-0.5 left-0.5 size-3 rounded-full bg-bg transition-transform duration-(--fast) data-[state=checked]:translate-x-3" />
    </Primitive.Root>
  );
}
