import type { Given, Kernel, SandboxEntry, SandboxLink } from './kernel.ts';

/** How a run begins, once everything else is installed. */
export function installEntry(kernel: Kernel, link: SandboxLink, actions: ((given: Given) => void)[]): SandboxEntry {
  const { parse } = JSON;
  const NewTypeError = TypeError;
  let given: Given;
  let givenText = '';
  kernel.given = () => parse(givenText);

  /** For who comes to it in another way than by naming it: a module of the service, or a computed name. */
  const { defineProperty } = Object;
  const lazily = Object.create(null);
  lazily.configurable = true;
  lazily.get = () => {
    kernel.installSolidb(kernel);
    return (globalThis as unknown as { solidb: unknown }).solidb;
  };
  lazily.set = (value: unknown) => kernel.define(globalThis, 'solidb', value);
  defineProperty(globalThis, 'solidb', lazily);
  let hasBegun = false;

  // There is no other thread that could end a wait: as in a window of a browser, nobody may block here. Waits without blocking want a timer.
  kernel.define(Atomics, 'wait', () => {
    throw new NewTypeError('Atomics.wait cannot be called in this context');
  });
  delete (Atomics as { waitAsync?: unknown }).waitAsync;

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
      const target = globalThis as Record<string, unknown>;
      // Its memory counts for no isolate.
      delete target.WebAssembly;
      delete target.$sandbox;
    },
    prepare(text, namesSolidb) {
      given = parse(text);
      givenText = text;
      if (namesSolidb) kernel.installSolidb(kernel);
      for (let index = 0; index < actions.length; index++) actions[index](given);
    },
    begin(namespace) {
      hasBegun = true;
      run(namespace);
    },
    failLoading(kind, message, stack) {
      if (!hasBegun) kernel.failLoading(kind, message, stack);
    },
    isWaiting: kernel.isWaiting,
    exported: kernel.exported,
    reply: kernel.reply,
    pull: kernel.pull,
  };
}
