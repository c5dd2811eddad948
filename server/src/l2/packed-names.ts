import type { EntryId } from '../core/resource.js';
import type { StoredMember } from '../core/stored-size.js';
import type { PackedWriter } from './packed-writer.js';

interface Named {
  readonly id: EntryId;
  readonly member: StoredMember;
}

/** As `include/names.lua` unpacks them: the members, and the ids where one is not its member. */
export function packNames(writer: PackedWriter, names: readonly Named[]): void {
  writer.u16(names.length);
  let same = true;
  for (const { id, member } of names) {
    writer.text16(member);
    if ((id as string) !== member) same = false;
  }
  const lengthAt = writer.reserveU32();
  if (!same) for (const { id } of names) writer.text16(id);
  writer.closeU32(lengthAt);
}
