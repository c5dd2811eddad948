import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import type { ReactNode } from 'react';
import { Toaster } from '@/components/ui/toaster';
import { ThemeProvider } from '@/features/navigation/theme-provider';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'tenantcache', template: '%s · tenantcache' },
  description: 'Quotas, use and hit rate of every tenant of a cache',
  robots: { index: false, follow: false },
};

/** Reading the request's nonce keeps every page dynamic, which the content security policy needs. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <ThemeProvider nonce={nonce}>
          <NuqsAdapter>{children}</NuqsAdapter>
          <Toaster />
        </ThemeProvider>
      </body>
    </html>
  );
}
