/** How the middleware is used in a way that cannot be meant; `docs/features/middleware.md`, section Misuse. */
const MISUSES = {
  MIDDLEWARE_IN_REQUEST: 'cache.middleware() was called while a request was answered: call it once, at start',
  MIDDLEWARE_TWICE: 'a request passed two middlewares of tenants: the inner one decides, mount one of them',
  TENANT_CACHE_TAKEN: 'something before the middleware set req.tenantCache: it was not believed, and replaced',
  RESOLVER_RESULT: 'the resolver returned something that is no string: return the tenant id, or undefined',
  PROXY_NOT_TRUSTED:
    'a header names a tenant and its sender is not in trustedProxy: list the proxy, or drop the header there',
  HEADERS_SENT: 'the answer had begun before the middleware ran: mount it before what answers',
} as const;
export type Misuse = keyof typeof MISUSES;

/** Where a warning goes: the code, and what to do. */
export type OnMisuse = (misuse: Misuse, todo: string) => void;

/** Tells of each misuse once: it is in the code, and every request would repeat it. */
export function misuseTold(onMisuse: OnMisuse | undefined): (misuse: Misuse) => void {
  if (!onMisuse) return () => {};
  const told = new Set<Misuse>();
  return (misuse) => {
    if (told.has(misuse)) return;
    told.add(misuse);
    onMisuse(misuse, `${MISUSES[misuse]} (docs/features/middleware.md#misuse)`);
  };
}

/** Whether Express' own frames are above the caller: of version 4, and of 5. */
export function isWithinRequest(): boolean {
  const { stack = '' } = new Error('where');
  return stack.includes('Layer.handle [as handle_request]') || stack.includes('Layer.handleRequest');
}
