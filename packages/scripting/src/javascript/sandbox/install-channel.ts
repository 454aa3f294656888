import type { Kernel, PlacedBytes, SandboxLink } from './kernel.ts';

/** The ways out of the sandbox: messages, host calls with their replies, native functions. */
export function installChannel(kernel: Kernel, link: SandboxLink): void {
  /** Characters of parameters that may be under way at once: what waits for the server lies in memory outside the isolate. */
  const UNDER_WAY_MAX = 32 * 1024 * 1024;
  const { parse, stringify } = JSON;
  const { defineProperty, create } = Object;
  const { apply } = Reflect;
  const { isView } = ArrayBuffer;
  const { slice, charCodeAt } = String.prototype;
  const NewPromise = Promise;
  const NewError = Error;
  const NewRangeError = RangeError;
  const Bytes = Uint8Array;
  const Buffer = ArrayBuffer;
  const bufferLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')!.get!;
  const typed = Object.getPrototypeOf(Uint8Array.prototype);
  const viewParts = (['buffer', 'byteOffset', 'byteLength'] as const).map(
    (name) => Object.getOwnPropertyDescriptor(typed, name)!.get!,
  );
  const [viewBuffer, viewOffset, viewLength] = viewParts;

  interface Pending {
    readonly resolve: (value: unknown) => void;
    readonly reject: (error: unknown) => void;
    /** Made when the server was asked, so that its stack tells the line. */
    readonly failure: Error;
    readonly size: number;
  }
  const pending: Record<number, Pending> = create(null);
  let lastId = 0;
  let underWay = 0;
  let waiting = 0;
  let callsLeft = 0;
  let logLeft = 0;

  kernel.onBegin(({ limits }) => {
    callsLeft = limits.hostCalls;
    logLeft = limits.logBytes;
  });

  kernel.define = (target, name, value) => {
    const descriptor = create(null);
    descriptor.value = value;
    descriptor.writable = true;
    descriptor.configurable = true;
    descriptor.enumerable = false;
    defineProperty(target, name, descriptor);
  };

  kernel.post = (kind, ...parts) => {
    try {
      apply(link.post, undefined, [kind, parts[0], parts[1], parts[2], parts[3], parts[4]]);
    } catch {
      // What the other realm throws stays there.
      throw new NewError('the script is being ended');
    }
  };

  kernel.bytesOf = (value) => {
    try {
      if (isView(value)) {
        // A typed array of whatever kind; a DataView has no such parts and comes as it is below.
        return new Bytes(
          new Bytes(
            apply(viewBuffer, value, []) as ArrayBuffer,
            apply(viewOffset, value, []) as number,
            apply(viewLength, value, []) as number,
          ),
        );
      }
      apply(bufferLength, value, []);
      return new Bytes(new Bytes(value as ArrayBuffer));
    } catch {
      return undefined;
    }
  };

  kernel.listText = (values) => {
    let text = '[';
    for (let index = 0; index < values.length; index++) {
      text += `${index === 0 ? '' : ','}${stringify(values[index]) ?? 'null'}`;
    }
    return `${text}]`;
  };

  kernel.wait = (ask, size) => {
    const failure = new NewError('');
    return new NewPromise((resolve, reject) => {
      if (underWay + size > UNDER_WAY_MAX) throw new NewRangeError('too much is being asked of the server at once');
      if (callsLeft-- <= 0) {
        kernel.post('limit');
        throw new NewRangeError('too many calls of the server');
      }
      underWay += size;
      waiting++;
      const id = ++lastId;
      pending[id] = { resolve, reject, failure, size };
      ask(id);
    });
  };

  kernel.isWaiting = () => waiting > 0;

  kernel.call = (name, parameters, placed?: PlacedBytes) => {
    let text: string;
    try {
      text = kernel.listText(parameters);
    } catch (error) {
      return new NewPromise((_resolve, reject) => reject(error));
    }
    const size = text.length + (placed === undefined ? 0 : placed.bytes.length);
    return kernel.wait((id) => kernel.post('call', id, name, text, placed?.place, placed?.bytes), size);
  };

  kernel.reply = (id, succeeded, text, extra, member) => {
    const call = pending[id];
    if (call === undefined) return;
    delete pending[id];
    underWay -= call.size;
    waiting--;
    if (succeeded) {
      const value = parse(text);
      if (extra === undefined) return call.resolve(value);
      // The array that came belongs to another realm.
      const bytes = new Bytes(extra as Uint8Array);
      if (member === undefined) return call.resolve(bytes);
      value[member] = bytes;
      return call.resolve(value);
    }
    const { failure } = call;
    const stack = failure.stack;
    kernel.define(failure, 'message', text);
    kernel.define(failure, 'code', extra);
    if (typeof stack === 'string') kernel.define(failure, 'stack', `Error: ${text}${apply(slice, stack, [5])}`);
    call.reject(failure);
  };

  kernel.exported = (id, namespace) => {
    const call = pending[id];
    if (call === undefined) return;
    delete pending[id];
    waiting--;
    call.resolve(namespace);
  };

  kernel.native = (name, ...parameters) => {
    let placed: PlacedBytes | undefined;
    for (let index = 0; index < parameters.length; index++) {
      const bytes = typeof parameters[index] === 'object' ? kernel.bytesOf(parameters[index]) : undefined;
      if (bytes !== undefined) {
        placed = { place: `${index}`, bytes };
        parameters[index] = null;
      }
    }
    const text = kernel.listText(parameters);
    let answer: string;
    try {
      answer = apply(link.native, undefined, [name, text, placed?.place, placed?.bytes]);
    } catch {
      throw new NewError('the script is being ended');
    }
    // The first character says what the rest is.
    const rest = apply(slice, answer, [1]);
    const kind = answer[0];
    if (kind === 'v') return parse(rest);
    if (kind === 'e') throw new NewError(rest);
    if (kind === 'u') return undefined;
    const bytes = new Bytes(new Buffer(rest.length));
    for (let index = 0; index < rest.length; index++) bytes[index] = apply(charCodeAt, rest, [index]);
    return bytes;
  };

  kernel.log = (level, text) => {
    if (logLeft < 0) return;
    const kept = text.length > logLeft ? apply(slice, text, [0, logLeft + 1]) : text;
    logLeft -= text.length + 1;
    kernel.post('log', level, kept, new NewError('').stack);
  };
}
