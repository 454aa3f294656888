/** A member of a gathered row, as it is stored in the spill file. */
export type StoredMember =
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'document'; readonly bytes: string; readonly record: string };

export function valueMember(name: string): StoredMember {
  return { kind: 'value', name };
}

/** A stored document: members for its block and its place in it. */
export function documentMember(bytes: string, record: string): StoredMember {
  return { kind: 'document', bytes, record };
}

/** JavaScript of a `RowCodec` for rows with these members, in the order in which the rows' literals have them. */
export function rowCodecCode(members: readonly StoredMember[]): string {
  const writes = members.map((member) =>
    member.kind === 'value'
      ? `writer.value(row.${member.name});`
      : `writer.document(row.${member.bytes}, row.${member.record});`,
  );
  const reads = members.map((member) =>
    member.kind === 'value'
      ? `${member.name}: reader.value()`
      : `${member.bytes}: reader.document(), ${member.record}: 0`,
  );
  const encode = `encode: (row, writer) => { ${writes.join(' ')} }`;
  const decode = `decode: (reader) => ({ ${reads.join(', ')} })`;
  return `{ ${encode}, ${decode} }`;
}
