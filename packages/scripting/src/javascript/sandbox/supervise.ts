import type { Context, Isolate, Module, Reference } from 'isolated-vm';
import type { MessagePart, SandboxEntry, ThrownKind } from './kernel.ts';

/** What the process calls in an isolate. */
export interface Supervisor {
  /**
   * Runs a script in the context that stands ready.
   * @param code needed the first time a fingerprint comes
   * @param makesNext whether the next run's context is made as well, by the time that this one waits or has answered
   */
  start(
    run: number,
    fingerprint: string,
    name: string,
    code: string | undefined,
    given: string,
    makesNext: boolean,
  ): string | undefined;
  /** Makes the next run's context. */
  makeNext(): void;
  reply(run: number, id: number, succeeded: boolean, text: string, extra?: Uint8Array | string, member?: string): void;
  pull(run: number): void;
  /** Evaluates a module of the service for the script that waits under this id; a text says what is wrong with it. */
  load(run: number, id: number, name: string, code: string): string | undefined;
  /** Has the script answer for an error that nobody has caught, if it kept the script from being called at all. */
  failLoading(run: number, kind: ThrownKind, message: string, stack: string): void;
  /** Drops what the isolate knows of a script. */
  forget(fingerprint: string): void;
}

/**
 * Runs in a context of its own inside the isolate, so that a run costs one crossing of threads and not six: makes contexts,
 * compiles modules, and hands messages over. Its text is taken and run there, so it names nothing from outside.
 *
 * It and the script never share an object: it calls functions of the sandbox with texts and numbers, and looks at nothing
 * that comes back or is thrown but at primitives.
 */
export function supervise(
  isolate: Isolate,
  post: (run: number, kind: string, ...parts: MessagePart[]) => void,
  native: (name: string, parameters: string, place?: string, bytes?: Uint8Array) => string,
  began: { [index: number]: number },
): Supervisor {
  interface Sandbox {
    readonly context: Context;
    readonly entry: SandboxEntry;
    run: number;
    modules: Module[];
  }
  /** Evaluated after the script's module and only when that has succeeded; `import.meta` is set from here. */
  const LAUNCH = 'import * as script from "script"; import.meta.begin(script);';
  /** A script that waits for nothing has answered after so many microtasks. */
  const ANSWER_MICROTASKS = 8;
  const codes = new Map<string, string>();
  let ready: Sandbox | undefined;
  let current: Sandbox | undefined;

  const sandbox = (): Sandbox => {
    const context = isolate.createContextSync();
    const { global } = context;
    const handle = global.getSync('$sandbox', { reference: true }) as Reference<SandboxEntry>;
    const entry = handle.deref({ release: true });
    const made: Sandbox = { context, entry, run: 0, modules: [] };
    entry.connect((kind, a, b, c, d, e) => post(made.run, kind, a, b, c, d, e), native);
    return made;
  };

  const discard = ({ context, modules }: Sandbox): void => {
    for (const module of modules) module.release();
    context.release();
  };

  const makeReady = (): void => {
    ready ??= sandbox();
  };
  const turn = Promise.resolve();
  const afterMicrotasks = (count: number, action: () => void): void => {
    turn.then(count === 0 ? action : () => afterMicrotasks(count - 1, action));
  };

  return {
    start(run, fingerprint, name, code, given, makesNext) {
      began[0] = run;
      if (current !== undefined) discard(current);
      current = ready ?? sandbox();
      ready = undefined;
      const { entry, context, modules } = current;
      current.run = run;
      if (code !== undefined) codes.set(fingerprint, code);
      entry.prepare(given, codes.get(fingerprint)!.includes('solidb'));
      let script: Module;
      try {
        script = isolate.compileModuleSync(codes.get(fingerprint)!, { filename: name });
      } catch (error) {
        // Compiling runs nothing of the script: this error is the isolate's own.
        return (error as Error).message;
      }
      modules.push(script);
      if (script.dependencySpecifiers.length > 0) return `import\n${script.dependencySpecifiers[0]}`;
      const launch = isolate.compileModuleSync(LAUNCH, {
        filename: '<launch>',
        meta: (meta: { begin?: unknown }) => {
          meta.begin = entry.begin;
        },
      });
      modules.push(launch);
      launch.instantiateSync(context, () => script);
      launch.evaluateSync();
      // The next run's context is made while this one waits for the server, or else behind its answer.
      if (!makesNext) return undefined;
      if (entry.isWaiting()) makeReady();
      else afterMicrotasks(ANSWER_MICROTASKS, makeReady);
      return undefined;
    },
    makeNext: makeReady,
    reply(run, id, succeeded, text, extra, member) {
      if (current?.run === run) current.entry.reply(id, succeeded, text, extra, member);
    },
    load(run, id, name, code) {
      if (current?.run !== run) return undefined;
      const { entry, context, modules } = current;
      let module: Module;
      try {
        module = isolate.compileModuleSync(code, { filename: name });
      } catch (error) {
        return (error as Error).message;
      }
      modules.push(module);
      if (module.dependencySpecifiers.length > 0) return `import\n${module.dependencySpecifiers[0]}`;
      const handOver = isolate.compileModuleSync('import * as script from "script"; import.meta.exported(script);', {
        filename: '<launch>',
        meta: (meta: { exported?: unknown }) => {
          meta.exported = (namespace: object) => entry.exported(id, namespace);
        },
      });
      modules.push(handOver);
      handOver.instantiateSync(context, () => module);
      handOver.evaluateSync();
      return undefined;
    },
    pull(run) {
      if (current?.run === run) current.entry.pull();
    },
    failLoading(run, kind, message, stack) {
      if (current?.run === run) current.entry.failLoading(kind, message, stack);
    },
    forget: (fingerprint) => codes.delete(fingerprint) as unknown as undefined,
  };
}
