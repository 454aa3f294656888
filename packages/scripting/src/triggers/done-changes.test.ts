import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ChangePlace, DoneChanges } from './done-changes.ts';

describe('DoneChanges', () => {
  it('loses and repeats nothing when a follower goes on where another one stopped, whatever order things were done in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(4), { maxLength: 12 }),
        fc.infiniteStream(fc.nat(1_000)),
        fc.nat(40),
        (sizes, chances, stopAfter) => {
          const chance = chances[Symbol.iterator]();
          const seen = new Map<string, number>();
          let state = new DoneChanges(0);
          let toDo = stopAfter;
          for (const isLast of [false, true]) {
            const open: ChangePlace[] = [];
            sizes.forEach((size, index) => {
              const lsn = index + 1;
              if (lsn <= state.position) return;
              for (let number = 0; number < size; number++) {
                const place = { lsn, number };
                if (state.wasDone(place)) continue;
                state.take(place);
                open.push(place);
              }
              state.close(lsn);
            });
            while (open.length > 0 && (isLast || toDo-- > 0)) {
              const [place] = open.splice(chance.next().value % open.length, 1);
              const name = `${place!.lsn}/${place!.number}`;
              seen.set(name, (seen.get(name) ?? 0) + 1);
              state.done(place!);
            }
            if (isLast) assert.equal(state.position, sizes.length);
            else state = new DoneChanges(state.position, state.ahead());
          }
          assert.equal(
            seen.size,
            sizes.reduce((sum, size) => sum + size, 0),
          );
          assert.ok([...seen.values()].every((times) => times === 1));
        },
      ),
    );
  });
});
