import { CairnError, type EncodedValue, type Value } from '@cairn/protocol/internal';
import { HostCallError, type HostCalls } from '@cairn/scripting/internal';
import { httpError } from '../../../doors/http/errors/http-error.ts';
import { hostCall, isReading } from '../calls/call-table.ts';
import { badRequest, type CallContext } from './call-context.ts';

/** A line that a run has logged, for those who want to see it besides `_logs`. */
export type LogListener = (level: string, message: string, line?: number) => void;

/** What one run may ask of the server. What fails is an error that the script sees, with its kind as HTTP names it. */
export class ScriptCalls implements HostCalls {
  readonly #context: CallContext;
  readonly #onLog: LogListener | undefined;

  constructor(context: CallContext, onLog?: LogListener) {
    this.#context = context;
    this.#onLog = onLog;
  }

  call(name: string, parameters: readonly Value[]): Promise<Value | EncodedValue> | Value | EncodedValue {
    if (this.#context.hasEnded) throw new HostCallError('the run has ended', 'Cancelled');
    const call = hostCall(name);
    if (call === undefined) throw badRequest(`there is no host call '${name}'`);
    if (!isReading(name)) this.#context.noteAction();
    try {
      const result = call(parameters, this.#context);
      if (!(result instanceof Promise)) return result;
      return result.catch((error: unknown) => {
        throw this.#scriptError(name, error);
      });
    } catch (error) {
      throw this.#scriptError(name, error);
    }
  }

  get hasActed(): boolean {
    return this.#context.hasActed;
  }

  log(level: string, message: string, line?: number): void {
    const { surroundings, script, database } = this.#context;
    this.#onLog?.(level, message, line);
    const home = surroundings.findDatabase(database);
    if (home !== undefined) surroundings.logs.add(home, { script, level, message, line });
  }

  /** An error fit for a script. What should not happen is for the server's log. */
  #scriptError(call: string, error: unknown): HostCallError {
    if (error instanceof HostCallError) return error;
    if (error instanceof CairnError) return new HostCallError(error.message, httpError(error).type);
    if ((error as { name?: string }).name === 'AbortError') return new HostCallError('cancelled', 'Cancelled');
    const { surroundings, script } = this.#context;
    surroundings.log?.error({ err: error, call, script: script.key }, 'host call failed unexpectedly');
    return new HostCallError('Internal error: see the log of the server', 'InternalError');
  }
}
