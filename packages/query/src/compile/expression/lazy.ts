import type { Emitter } from '../emitter.ts';

/**
 * Code that must run only under a condition. When it is one expression, `inline` joins it to the rest; when it needs
 * lines, these go into a block and the result into a local.
 */
export function lazily(
  emitter: Emitter,
  first: string,
  write: () => string,
  shape: { readonly inline: (first: string, second: string) => string; readonly guard: (local: string) => string },
): string {
  const { lines, result } = emitter.capture(write);
  if (lines.empty) return shape.inline(first, result);
  const local = emitter.local('lazy', first);
  emitter.block(`if (${shape.guard(local)})`, () => {
    emitter.append(lines);
    emitter.line(`${local} = ${result};`);
  });
  return local;
}

/** `condition ? consequent : alternate` with the lines of each branch inside it. */
export function choose(emitter: Emitter, condition: string, consequent: () => string, alternate: () => string): string {
  const yes = emitter.capture(consequent);
  const no = emitter.capture(alternate);
  if (yes.lines.empty && no.lines.empty) return `(${condition} ? ${yes.result} : ${no.result})`;
  const local = emitter.local('chosen', 'null');
  emitter.block(`if (${condition})`, () => {
    emitter.append(yes.lines);
    emitter.line(`${local} = ${yes.result};`);
  });
  emitter.block('else', () => {
    emitter.append(no.lines);
    emitter.line(`${local} = ${no.result};`);
  });
  return local;
}
