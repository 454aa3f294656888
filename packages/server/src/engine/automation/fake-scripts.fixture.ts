import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { ScriptFailure, ScriptOutcome } from '@cairn/scripting/internal';
import type { RunScript, ScriptCall } from './run-script.ts';

/** What a test's script does: answers a value, or throws. */
export type FakeScript = (
  body: ValueObject,
  call: ScriptCall & { readonly database: string },
) => Value | Promise<Value>;

/** Runs functions of a test in the place of scripts, by their path; one that is aborted ends as a script would. */
export class FakeScripts {
  readonly scripts = new Map<string, FakeScript>();

  readonly run: RunScript = async (database, path, body, call) => {
    const script = this.scripts.get(path);
    if (script === undefined) return failure(`Script not found: ${path}`);
    const aborted = new Promise<ScriptOutcome>((resolve) => {
      const cancel = () => resolve({ ...failure('cancelled'), reason: 'cancelled' });
      if (call.signal.aborted) cancel();
      call.signal.addEventListener('abort', cancel, { once: true });
    });
    return Promise.race([aborted, answerOf(() => script(body as ValueObject, { ...call, database }))]);
  };
}

async function answerOf(run: () => Value | Promise<Value>): Promise<ScriptOutcome> {
  try {
    const value = await run();
    return {
      kind: 'answer',
      status: 200,
      headers: [],
      body: new Uint8Array(),
      resultJson: JSON.stringify(value ?? null),
    };
  } catch (error) {
    const { status, message } = error as Error & { status?: number };
    return { ...failure(message), status: status ?? 500, isChosen: status !== undefined };
  }
}

function failure(message: string): ScriptFailure {
  return { kind: 'failure', reason: 'error', status: 500, message, headers: [], isChosen: false };
}

/** An error that a script chose itself. */
export function chosen(message: string, status: number): Error {
  return Object.assign(new Error(message), { status });
}

/** Waits until it holds; fails when it does not within the time. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
