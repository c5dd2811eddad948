import { Unplug } from 'lucide-react';
import { Empty } from '@/components/ui/empty';
import { PageHead } from '@/components/ui/page-head';

/** In place of a page that only the API can fill. */
export function SettingsTrouble({ title, why }: { title: string; why: string }) {
  return (
    <>
      <PageHead title={title} />
      <Empty icon={Unplug} title={why}>
        The API alone knows what holds now, and changes it. Reload this page when it is back.
      </Empty>
    </>
  );
}
