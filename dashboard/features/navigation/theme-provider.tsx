'use client';

import { ThemeProvider as Provider } from 'next-themes';
import type { ReactNode } from 'react';

/** Sets data-theme before the first paint. The nonce is the request's: the provider's script is inline. */
export function ThemeProvider({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  return (
    <Provider
      attribute="data-theme"
      defaultTheme="system"
      enableSystem
      enableColorScheme={false}
      {...(nonce === undefined ? {} : { nonce })}
      scriptProps={{ suppressHydrationWarning: true }}
    >
      {children}
    </Provider>
  );
}
