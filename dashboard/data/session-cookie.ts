/** Read by the proxy, too, which only looks whether there is one. */
export const SESSION_COOKIE = 'tenantcache_session';
export const SESSION_HOURS = 12;
