import { Lock, Unplug } from 'lucide-react';
import { Note } from '@/components/ui/note';

/** Why quotas cannot be changed: now, because of the API, or by this role. */
export function FormClosed({ roleName, apiTrouble }: { roleName: string; apiTrouble: string | undefined }) {
  if (apiTrouble === undefined) {
    return (
      <Note icon={Lock} title="Only admins change quotas">
        You are signed in as {roleName.toLowerCase()}: you can read limits, not change them.
      </Note>
    );
  }
  return (
    <Note icon={Unplug} tone="warn" title={`${apiTrouble} Quotas cannot be changed now`}>
      The limits below are from Postgres. Reload this page when the API is back.
    </Note>
  );
}
