import type { Given, Kernel, SandboxEntry, SandboxLink } from './kernel.ts';

/** How a run begins, once everything else is installed. */
export function installEntry(kernel: Kernel, link: SandboxLink, actions: ((given: Given) => void)[]): SandboxEntry {
  const { parse } = JSON;
  const NewTypeError = TypeError;
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
    connect(post, native) {
      link.post = post;
      link.native = native;
      // What takes memory outside the isolate's limit, or shares it with another thread.
      const target = globalThis as Record<string, unknown>;
      delete target.WebAssembly;
      delete target.SharedArrayBuffer;
      delete target.Atomics;
      delete target.$sandbox;
    },
    prepare(text) {
      given = parse(text);
      for (let index = 0; index < actions.length; index++) actions[index](given);
    },
    begin(namespace) {
      hasBegun = true;
      run(namespace);
    },
    hasBegun: () => hasBegun,
    isWaiting: kernel.isWaiting,
    exported: kernel.exported,
    reply: kernel.reply,
    pull: kernel.pull,
  };
}
