import { stringifyJson, type Value } from '@cairn/protocol/internal';
import {
  badParameter,
  badRequest,
  type CallContext,
  type HostCall,
  optionalNumber,
  textParameter,
} from '../run/call-context.ts';
import type { ScriptSocket } from '../run/script-socket.ts';

/** `ws.recv_any` waits so long unless told otherwise, milliseconds. */
const ANY_TIMEOUT_MS = 30_000;

/** WebSocket scripts: the connection, channels, and who is present. */
export const SOCKET_CALLS = {
  'ws.send': async (parameters, context) => {
    await socketOf(context).send(messageParameter(parameters[0]));
    return true;
  },
  'ws.recv': async (parameters, context) => {
    const timeoutMs = (parameters[0] ?? null) === null ? undefined : optionalNumber(parameters, 0, 'the timeout', 0);
    const event = await socketOf(context).next({ from: 'ws', timeoutMs, signal: context.signal });
    return event?.payload ?? null;
  },
  'ws.recv_any': async (parameters, context) => {
    const timeoutMs = optionalNumber(parameters, 0, 'the timeout', ANY_TIMEOUT_MS);
    const event = await socketOf(context).next({ timeoutMs, signal: context.signal });
    return event === undefined ? null : [event.payload, event.from];
  },
  'ws.close': (parameters, context) => {
    const code = (parameters[0] ?? null) === null ? undefined : optionalNumber(parameters, 0, 'the code', 1000);
    socketOf(context).close(code, typeof parameters[1] === 'string' ? parameters[1] : undefined);
    return true;
  },
  'channel.subscribe': (parameters, context) => {
    channelsOf(context).subscribe(channelParameter(parameters), socketOf(context));
    return true;
  },
  'channel.unsubscribe': (parameters, context) =>
    channelsOf(context).unsubscribe(channelParameter(parameters), socketOf(context)),
  'channel.broadcast': (parameters, context) => {
    const message = parameters[1] ?? null;
    const payload = typeof message === 'string' ? message : stringifyJson(message);
    return channelsOf(context).broadcast(channelParameter(parameters), payload);
  },
  'channel.list': (_parameters, context) => channelsOf(context).channelsOf(socketOf(context)),
  'presence.join': (parameters, context) => {
    const { host } = context.surroundings;
    channelsOf(context).join(channelParameter(parameters), socketOf(context), parameters[1] ?? null, host.nowMs());
    return true;
  },
  'presence.leave': (parameters, context) => {
    const { host } = context.surroundings;
    return channelsOf(context).leave(channelParameter(parameters), socketOf(context), host.nowMs());
  },
  'presence.list': (parameters, context) => channelsOf(context).present(channelParameter(parameters)),
} satisfies Record<string, HostCall>;

function socketOf({ socket }: CallContext): ScriptSocket {
  if (socket === undefined) throw badRequest('only a WebSocket script has a connection');
  return socket;
}

function channelsOf({ surroundings, database }: CallContext) {
  return surroundings.memoryOf(database).channels;
}

function channelParameter(parameters: readonly Value[]): string {
  return textParameter(parameters, 0, 'the channel');
}

function messageParameter(message: Value | undefined): string | Uint8Array {
  if (typeof message === 'string' || message instanceof Uint8Array) return message;
  throw badParameter('the message', 'a text', message);
}
