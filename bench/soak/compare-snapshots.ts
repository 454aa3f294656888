/**
 * What has grown between two heap snapshots, by constructor, most bytes first:
 *
 *     node bench/soak/compare-snapshots.ts first.heapsnapshot last.heapsnapshot [rows]
 */
import { readFileSync } from 'node:fs';

interface HeapSnapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: string[]; readonly node_types: [string[]] } };
  readonly nodes: number[];
  readonly strings: string[];
}

interface Population {
  count: number;
  bytes: number;
}

const [first, last, rows = '25'] = process.argv.slice(2);
const before = populations(first!);
const growth = [...populations(last!)].map(([name, { count, bytes }]) => {
  const earlier = before.get(name) ?? { count: 0, bytes: 0 };
  return { name, count: count - earlier.count, bytes: bytes - earlier.bytes };
});
growth.sort((a, b) => b.bytes - a.bytes);
for (const { name, count, bytes } of growth.slice(0, Number(rows))) {
  console.log(`${String(bytes).padStart(10)} bytes ${String(count).padStart(8)} more  ${name}`);
}

function populations(path: string): Map<string, Population> {
  const { snapshot, nodes, strings } = JSON.parse(readFileSync(path, 'utf8')) as HeapSnapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, name, size] = ['type', 'name', 'self_size'].map((field) => fields.indexOf(field)) as [
    number,
    number,
    number,
  ];
  const found = new Map<string, Population>();
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = types[0][nodes[at + type]!]!;
    // Of strings and code the name is their text.
    const key = kind === 'object' || kind === 'closure' ? `${kind} ${strings[nodes[at + name]!]}` : kind;
    const population = found.get(key) ?? { count: 0, bytes: 0 };
    population.count++;
    population.bytes += nodes[at + size]!;
    found.set(key, population);
  }
  return found;
}
