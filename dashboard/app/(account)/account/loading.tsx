import { SkeletonRows } from '@/components/ui/skeleton';

export default function AccountLoading() {
  return (
    <main className="page-x pt-24">
      <h1 className="sr-only">Your account</h1>
      <SkeletonRows rows={4} label="Your account is loading" />
    </main>
  );
}
