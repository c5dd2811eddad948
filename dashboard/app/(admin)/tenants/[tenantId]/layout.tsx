import type { ReactNode } from 'react';

/** The quota sheet opens beside the tenant's page where one comes from it; by its own address it is a page. */
export default function TenantLayout({ children, sheet }: { children: ReactNode; sheet: ReactNode }) {
  return (
    <>
      {children}
      {sheet}
    </>
  );
}
