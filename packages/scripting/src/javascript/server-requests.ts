import { decodeValue, encodeValue, type Value } from '@cairn/protocol/internal';
import { type ChildRun, HostCallError } from '../host/child/engine.ts';
import { TIMER_MAX_MS } from '../host/limits.ts';
import { syntaxErrorText, thrownText } from './error-text.ts';
import { knownWithoutTypes, withoutTypes } from './module-text.ts';
import { replyParts } from './replies.ts';
import type { PlacedBytes } from './sandbox/kernel.ts';
import type { ScriptIsolate } from './script-isolate.ts';

/** A call as the sandbox sends it: its number, its name, the parameters as JSON, and bytes for one place among them. */
export type CallParts = [
  id: number,
  name: string,
  text: string,
  place: string | undefined,
  bytes: Uint8Array | undefined,
];

/** What a script in an isolate asks for and waits for. Answers that come after `close` are for nobody: the run is begun again, or over. */
export class ServerRequests {
  readonly #run: ChildRun;
  readonly #isolate: ScriptIsolate;
  #calls = 0;
  #isClosed = false;

  constructor(run: ChildRun, isolate: ScriptIsolate) {
    this.#run = run;
    this.#isolate = isolate;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** @returns false when it is one call too many */
  call([id, name, text, place, bytes]: CallParts): boolean {
    if (++this.#calls > this.#run.limits.hostCalls) return false;
    let parameters: Uint8Array;
    try {
      const values = JSON.parse(text) as Value[];
      if (place !== undefined && bytes !== undefined) putBytes(values, { place, bytes });
      parameters = encodeValue(values);
    } catch (error) {
      this.#reply(id, false, `invalid parameters: ${(error as Error).message}`, 'BadRequest');
      return true;
    }
    this.#run.call(name, parameters).then(
      (answer) => this.#answer(id, name, answer),
      (error: unknown) => this.#refuse(id, error),
    );
    return true;
  }

  /** A module of the same service: its text from the server, its exports to the script. */
  async module(id: number, name: string): Promise<void> {
    try {
      const answer = decodeValue(await this.#run.call('module', encodeValue([name])));
      const { language, code, fingerprint } = answer as { language: string; code: string; fingerprint: string };
      if (language !== 'javascript')
        throw new HostCallError(`Module '${name}' is not written in JavaScript`, 'BadRequest');
      this.#load(id, { name, code: knownWithoutTypes(fingerprint) ?? code, fingerprint });
    } catch (error) {
      this.#refuse(id, error);
    }
  }

  sleep(id: number, ms: number): void {
    setTimeout(() => this.#reply(id, true, 'null'), Math.min(Math.max(ms || 0, 0), TIMER_MAX_MS)).unref();
  }

  #answer(id: number, name: string, answer: Uint8Array): void {
    try {
      const { text, bytes, member } = replyParts(name, decodeValue(answer));
      this.#reply(id, true, text, bytes, member);
    } catch {
      this.#reply(id, false, 'the answer of the server is too large', 'InternalError');
    }
  }

  #refuse(id: number, error: unknown): void {
    const { message, code } =
      error instanceof HostCallError ? error : new HostCallError('the call failed', 'InternalError');
    this.#reply(id, false, message, code);
  }

  #load(id: number, module: { name: string; code: string; fingerprint: string }): void {
    if (this.#isClosed) return;
    this.#isolate.load(id, module, (problem) => {
      const { name, code, fingerprint } = module;
      const isKnown = knownWithoutTypes(fingerprint) !== undefined;
      const untyped = problem instanceof SyntaxError && !isKnown ? withoutTypes(fingerprint, code) : undefined;
      if (untyped !== undefined) this.#load(id, { ...module, code: untyped });
      else if (problem instanceof SyntaxError)
        this.#reply(id, false, syntaxErrorText(problem.message, name), 'ScriptError');
      else {
        const thrown = { isError: true, message: problem.message, stack: String(problem.stack) };
        this.#reply(id, false, thrownText(thrown, name), 'ScriptError');
      }
    });
  }

  #reply(id: number, succeeded: boolean, text: string, extra?: Uint8Array | string, member?: string): void {
    if (!this.#isClosed) this.#isolate.reply(id, succeeded, text, extra, member);
  }
}

function putBytes(values: Value[], { place, bytes }: PlacedBytes): void {
  const [index, member] = place.split('.');
  if (member === undefined) values[Number(index)] = bytes;
  else (values[Number(index)] as Record<string, Value>)[member] = bytes;
}
