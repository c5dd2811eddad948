import { staticTenants } from '../../src/tenant/static-tenants.js';
import { tenantDirectoryContract } from './tenant-directory.suite.js';

tenantDirectoryContract(
  'static',
  async (tenants, fallback) => staticTenants({ static: tenants, default: fallback }),
  async () => Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1, 1),
);
