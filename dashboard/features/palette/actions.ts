import type { LucideIcon } from 'lucide-react';

/** Something that the palette can do or go to. */
export interface PaletteEntry {
  readonly id: string;
  readonly label: string;
  readonly Icon: LucideIcon;
  /** Other words that find it. */
  readonly keywords?: string;
  /** Small, at the right: an id, a key, what is so now. */
  readonly aside?: string;
  readonly run: () => void;
}

/** Every word typed is somewhere in the label or the keywords, letters large or small. */
export function matching<Entry extends Pick<PaletteEntry, 'label' | 'keywords'>>(
  entries: readonly Entry[],
  text: string,
): Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ label, keywords = '' }) => {
    const where = `${label} ${keywords}`.toLowerCase();
    return words.every((word) => where.includes(word));
  });
}
