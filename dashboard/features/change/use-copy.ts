'use client';

import { useState } from 'react';

interface Copying {
  /** A browser may refuse: then the text has to be selected by hand. */
  readonly copied: 'no' | 'yes' | 'refused';
  readonly copy: () => void;
}

export function useCopy(text: string): Copying {
  const [copied, setCopied] = useState<Copying['copied']>('no');
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied('yes'),
      () => setCopied('refused'),
    );
  };
  return { copied, copy };
}
