import { fail } from '../core/errors.js';
import { LOAD_OPTION_NAMES } from '../core/load-options.js';
import { assertOptionNames } from '../core/options.js';
import { type Resource, type ResourceOptions, sharedResource } from '../core/resource.js';
import type { SharedBatchLoader, SharedKindOptions, SharedLoader } from '../core/shared.js';

/** The first part of what readers name. */
const NAME = /^[a-z][A-Za-z0-9]{0,31}$/;
const OPTIONS = [...LOAD_OPTION_NAMES, 'l1', 'maxEntryBytes', 'load', 'loadMany'];
/** Of one kind: as many as there are exchanges, or symbols where groups have one part. They are made again at little cost. */
const MAX_RESOURCES = 1_000;

/** How the values of a kind are loaded and kept. */
export class Kind {
  readonly load: SharedLoader<unknown> | undefined;
  readonly loadMany: SharedBatchLoader<unknown> | undefined;
  readonly #options: ResourceOptions;
  readonly #resources = new Map<string, Resource<unknown>>();

  /** @throws TenantCacheError `OPTION_INVALID` */
  constructor(options: SharedKindOptions<unknown>) {
    assertOptionNames('define() of a dataset', options, OPTIONS);
    const { load, loadMany, ...others } = options;
    assertLoader('load', load);
    assertLoader('loadMany', loadMany);
    if (others.l1 !== undefined && typeof others.l1 !== 'boolean') {
      throw fail('OPTION_INVALID', { given: `l1: ${typeof others.l1}`, allowed: 'true or false' });
    }
    this.load = load;
    this.loadMany = loadMany;
    this.#options = others;
    // What is wrong with an option is told where it is given.
    this.resource('{');
  }

  /** @param name what `sharedEntry` calls the resource of an entry */
  resource(name: string): Resource<unknown> {
    const known = this.#resources.get(name);
    if (known !== undefined) return known;
    if (this.#resources.size >= MAX_RESOURCES) this.#resources.clear();
    const made = sharedResource(name as `{${string}`, this.#options);
    this.#resources.set(name, made);
    return made;
  }
}

const UNDEFINED = new Kind({});

/** The kinds of a dataset; of one that nobody defined, values are what the platform sets. */
export class Kinds {
  readonly #kinds = new Map<string, Kind>();

  /** @throws TenantCacheError `OPTION_INVALID`, `KEY_INVALID` */
  define(name: string, options: SharedKindOptions<unknown>): void {
    if (typeof name !== 'string' || !NAME.test(name)) {
      throw fail('KEY_INVALID', {
        given: typeof name === 'string' ? `a kind of ${name.length} characters` : `a kind: ${typeof name}`,
        allowed: `${NAME}, the first part of what readers name`,
      });
    }
    this.#kinds.set(name, new Kind(options));
  }

  /** @param kind whole, such as `ohlcv:1m:100` */
  of(kind: string): Kind {
    const colon = kind.indexOf(':');
    return this.#kinds.get(colon < 0 ? kind : kind.slice(0, colon)) ?? UNDEFINED;
  }
}

function assertLoader(name: string, loader: unknown): void {
  if (loader === undefined || typeof loader === 'function') return;
  throw fail('OPTION_INVALID', { given: `${name}: ${typeof loader}`, allowed: 'a function' });
}
