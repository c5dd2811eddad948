'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { useTheme } from 'next-themes';
import { useSyncExternalStore } from 'react';
import { Segmented } from '@/components/ui/segmented';

const THEMES = [
  { value: 'system', name: 'System theme', label: <Monitor aria-hidden size={14} strokeWidth={1.75} /> },
  { value: 'light', name: 'Light theme', label: <Sun aria-hidden size={14} strokeWidth={1.75} /> },
  { value: 'dark', name: 'Dark theme', label: <Moon aria-hidden size={14} strokeWidth={1.75} /> },
] as const;

const never = () => () => {};

export function ThemeSwitch() {
  const { theme, setTheme } = useTheme();
  const hydrated = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const value = THEMES.find((known) => known.value === theme)?.value;
  return (
    <Segmented label="Theme" size="small" segments={THEMES} value={hydrated ? value : undefined} onChange={setTheme} />
  );
}
