'use server';

import { redirect } from 'next/navigation';
import { endSession } from '@/data/session';
import { endView } from '@/data/view-as';
import { currentAccount } from '@/data/viewer';

export async function signOut(): Promise<void> {
  const account = await currentAccount();
  if (account?.view) await endView(account);
  await endSession();
  redirect('/login');
}
