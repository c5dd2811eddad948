import { patiently } from './cache/settled-usage.js';
import { datasetOwner } from './core/dataset.js';
import type { AdminDataset, SharedAdmin } from './core/shared-admin.js';
import type { Engine } from './open-engine.js';
import type { Shared } from './open-shared.js';

/** Shared data as the admin API reaches it: by the handle of the platform, and by the account of its bytes. */
export function sharedAdmin(
  { datasets, access, platformOf }: Shared,
  { upkeep, engine }: Engine,
  onCluster: boolean,
): SharedAdmin {
  const administered = [...datasets].map(([name, settings]): [string, AdminDataset] => {
    const account = datasetOwner(name, onCluster);
    const of: AdminDataset = {
      settings,
      account,
      platform: platformOf(name),
      browse: (options) => patiently(() => upkeep.browse(account, options)),
      isPending: () => engine.shared.isPending(account),
    };
    return [name, of];
  });
  return { datasets: new Map(administered), access };
}
