import type { SharedStoreUnderTest } from './contract-desk.js';
import { crossingContract } from './crossing-contract.js';
import { entryContract } from './entry-contract.js';
import { leaseContract } from './lease-contract.js';
import { leaseVoidContract } from './lease-void-contract.js';
import { policyContract } from './policy-contract.js';
import { quotaContract } from './quota-contract.js';
import { scopeContract } from './scope-contract.js';
import type { TestKit } from './test-kit.js';

/** What every shared store must do; `open` makes a fresh one, on data that other tests may share. */
export function sharedStoreContract(kit: TestKit, name: string, open: () => Promise<SharedStoreUnderTest>): void {
  kit.describe(`SharedStore contract: ${name}`, () => {
    entryContract(kit, open);
    quotaContract(kit, open);
    policyContract(kit, open);
    crossingContract(kit, open);
    scopeContract(kit, open);
    leaseContract(kit, open);
    leaseVoidContract(kit, open);
  });
}
