import type { Given, Kernel, SandboxEntry } from './kernel.ts';

/** How a run begins, once everything else is installed. */
export function installEntry(kernel: Kernel, actions: ((given: Given) => void)[]): SandboxEntry {
  const { parse } = JSON;
  const NewTypeError = TypeError;
  // What could take memory outside the isolate's limit, or share it with another thread.
  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics']) Reflect.deleteProperty(globalThis, name);

  let given: Given;
  let hasBegun = false;

  const run = async (namespace: { default?: unknown }): Promise<void> => {
    try {
      const main = namespace.default;
      if (typeof main !== 'function') throw new NewTypeError('the module has no default function to call');
      kernel.answer(await main(given.request, kernel.db));
    } catch (error) {
      kernel.fail(error);
    }
  };

  return {
    prepare(text) {
      given = parse(text);
      for (let index = 0; index < actions.length; index++) actions[index](given);
    },
    begin(namespace) {
      hasBegun = true;
      run(namespace);
    },
    hasBegun: () => hasBegun,
    reply: kernel.reply,
    pull: kernel.pull,
  };
}
