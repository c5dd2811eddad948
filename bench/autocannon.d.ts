/** What is used of autocannon 9, which brings no types. */
declare module 'autocannon' {
  interface Result {
    readonly requests: { readonly average: number; readonly total: number };
    readonly latency: { readonly p50: number; readonly p99: number };
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
    readonly duration: number;
  }
  interface Options {
    readonly url: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly requests?: readonly {
      readonly method?: 'GET' | 'POST';
      readonly path?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }[];
  }
  export default function autocannon(options: Options): Promise<Result>;
}

declare module 'apicache' {
  import type { RequestHandler } from 'express';

  interface ApiCache {
    options(options: object): ApiCache;
    middleware(duration: string): RequestHandler;
  }
  const apicache: ApiCache;
  export default apicache;
}
