import { isObject, type Value } from '@cairn/protocol/internal';
import { HostCallError } from '@cairn/scripting/internal';
import { FetchError, guardedFetch, hasNoBody, systemResolver } from '../fetch/guarded-fetch.ts';
import { badParameter, type CallContext, type HostCall, optionalNumber, textParameter } from '../run/call-context.ts';

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']);

/** Asking other web servers. */
export const FETCH_CALLS = {
  fetch: async (parameters, context) => {
    const url = textParameter(parameters, 0, 'the URL');
    const init = isObject(parameters[1]) ? parameters[1] : {};
    const method = methodOf(init.method);
    try {
      const answer = await guardedFetch(
        {
          url,
          method,
          headers: headersOf(init.headers),
          body: hasNoBody(method) ? undefined : bodyOf(init.body),
          timeoutMs: optionalNumber([init.timeout_ms ?? null], 0, 'timeout_ms', Number.POSITIVE_INFINITY),
          signal: context.signal,
        },
        rulesOf(context),
      );
      const { status, statusText, headers, body } = answer;
      const ok = status >= 200 && status < 300;
      return { status, status_text: statusText, ok, headers: objectFrom(headers), body, url: answer.url };
    } catch (error) {
      if (error instanceof FetchError) throw new HostCallError(error.message, 'FetchError');
      throw error;
    }
  },
} satisfies Record<string, HostCall>;

function rulesOf({ script, surroundings }: CallContext) {
  return {
    allowHosts: script.allowHosts,
    trustedHosts: surroundings.settings.scriptFetchHosts,
    resolve: systemResolver,
  };
}

/** An unknown method is a GET. */
function methodOf(given: Value | undefined): string {
  const method = typeof given === 'string' ? given.toUpperCase() : 'GET';
  return METHODS.has(method) ? method : 'GET';
}

function headersOf(given: Value | undefined): ReadonlyMap<string, string> {
  if (!isObject(given)) return new Map();
  const texts = Object.entries(given).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return new Map(texts.map(([name, value]) => [name, String(value)]));
}

function bodyOf(given: Value | undefined): Uint8Array | undefined {
  if (given === undefined || given === null) return undefined;
  if (given instanceof Uint8Array) return given;
  if (typeof given === 'string') return Buffer.from(given);
  throw badParameter('the body', 'a text', given);
}

function objectFrom(headers: ReadonlyMap<string, string>): { [name: string]: Value } {
  return Object.fromEntries(headers);
}
