import { staticTenants } from '../../src/tenant/static-tenants.js';
import { tenantChangesContract } from './tenant-changes.suite.js';
import { type MakeTenantDirectory, tenantDirectoryContract } from './tenant-directory.suite.js';

const make: MakeTenantDirectory = async (tenants, fallback, plans = {}) =>
  staticTenants({ static: tenants, default: fallback, plans });

tenantDirectoryContract('static', make, async () =>
  Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1, 1),
);

tenantChangesContract('static', make);
