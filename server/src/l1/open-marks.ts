import type { PendingMark } from '../core/local-tier.js';
import type { EntryId } from '../core/resource.js';
import { covers, type Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';

/** Of one tenant. Calls beyond it go without L1, so that marks nobody closes cannot fill the memory. */
const MAX_OPEN_MARKS = 10_000;

/** Marks on one entry form a list: a message about an entry need not look at the others of its tenant. */
export class Mark implements PendingMark {
  clean = true;
  next: Mark | undefined;
  previous: Mark | undefined;

  constructor(
    readonly tenant: TenantId,
    readonly id: EntryId,
  ) {}
}

class TenantMarks {
  readonly newest = new Map<EntryId, Mark>();
  count = 0;
}

/** The marks that are open and clean; a spoiled one can become nothing else and is forgotten. */
export class OpenMarks {
  readonly #tenants = new Map<TenantId, TenantMarks>();

  has(tenant: TenantId): boolean {
    return (this.#tenants.get(tenant)?.count ?? 0) > 0;
  }

  /** Gives the memory of tenants without marks back; until then their maps are used again. */
  prune(): void {
    for (const [tenant, { count }] of this.#tenants) if (count === 0) this.#tenants.delete(tenant);
  }

  open(tenant: TenantId, id: EntryId): Mark {
    const mark = new Mark(tenant, id);
    const marks = this.#tenants.get(tenant) ?? this.#add(tenant);
    if (marks.count >= MAX_OPEN_MARKS) {
      mark.clean = false;
      return mark;
    }
    mark.next = marks.newest.get(id);
    if (mark.next) mark.next.previous = mark;
    marks.newest.set(id, mark);
    marks.count++;
    return mark;
  }

  close(mark: Mark): void {
    const marks = mark.clean ? this.#tenants.get(mark.tenant) : undefined;
    if (marks === undefined) return;
    const { next, previous } = mark;
    if (next) next.previous = previous;
    if (previous) previous.next = next;
    else if (marks.newest.get(mark.id) !== mark) return;
    else if (next) marks.newest.set(mark.id, next);
    else marks.newest.delete(mark.id);
    mark.next = mark.previous = undefined;
    marks.count--;
  }

  spoil(tenant: TenantId, id: EntryId): void {
    const marks = this.#tenants.get(tenant);
    if (marks) this.#spoil(marks, id);
  }

  /** What tags an entry under way will have is not known, so a tag may cover any. */
  spoilScopes(tenant: TenantId, scopes: readonly Scope[]): void {
    const marks = this.#tenants.get(tenant);
    if (marks === undefined) return;
    const mayCover = (id: EntryId) => scopes.some((scope) => 'tag' in scope || covers(scope, id, undefined));
    for (const id of marks.newest.keys()) if (mayCover(id)) this.#spoil(marks, id);
  }

  spoilTenant(tenant: TenantId): void {
    const marks = this.#tenants.get(tenant);
    if (marks) for (const id of marks.newest.keys()) this.#spoil(marks, id);
  }

  spoilAll(): void {
    for (const tenant of this.#tenants.keys()) this.spoilTenant(tenant);
  }

  #spoil(marks: TenantMarks, id: EntryId): void {
    let spoiled = 0;
    for (let mark = marks.newest.get(id); mark; mark = mark.next) {
      mark.clean = false;
      spoiled++;
    }
    marks.newest.delete(id);
    marks.count -= spoiled;
  }

  #add(tenant: TenantId): TenantMarks {
    const marks = new TenantMarks();
    this.#tenants.set(tenant, marks);
    return marks;
  }
}
