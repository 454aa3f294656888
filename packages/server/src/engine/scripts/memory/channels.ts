import { stringifyJson, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { ScriptSocket } from '../run/script-socket.ts';

interface Presence {
  readonly connectionId: string;
  readonly userInfo: Value;
  readonly joinedAtMs: number;
}

/** The channels of one database: who listens, and who is there. */
export class Channels {
  readonly #listeners = new Map<string, Set<ScriptSocket>>();
  /** By channel, then by connection. */
  readonly #present = new Map<string, Map<string, Presence>>();

  subscribe(channel: string, socket: ScriptSocket): void {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(socket);
  }

  /** False when it did not listen. */
  unsubscribe(channel: string, socket: ScriptSocket): boolean {
    const listeners = this.#listeners.get(channel);
    const listened = listeners?.delete(socket) ?? false;
    if (listeners?.size === 0) this.#listeners.delete(channel);
    return listened;
  }

  /** Gives a text to everybody who listens, and answers how many those are. */
  broadcast(channel: string, payload: string): number {
    const listeners = this.#listeners.get(channel);
    for (const socket of listeners ?? []) socket.push({ from: 'channel', payload });
    return listeners?.size ?? 0;
  }

  channelsOf(socket: ScriptSocket): string[] {
    return [...this.#listeners].filter(([, listeners]) => listeners.has(socket)).map(([channel]) => channel);
  }

  join(channel: string, socket: ScriptSocket, userInfo: Value, nowMs: number): void {
    const present = this.#present.get(channel) ?? new Map<string, Presence>();
    this.#present.set(channel, present);
    present.set(socket.id, { connectionId: socket.id, userInfo, joinedAtMs: nowMs });
    this.#tell(channel, { event_type: 'join', user_info: userInfo, connection_id: socket.id, timestamp: nowMs });
  }

  /** False when it was not there. */
  leave(channel: string, socket: ScriptSocket, nowMs: number): boolean {
    const present = this.#present.get(channel);
    const gone = present?.get(socket.id);
    if (present === undefined || gone === undefined) return false;
    present.delete(socket.id);
    if (present.size === 0) this.#present.delete(channel);
    this.#tell(channel, { event_type: 'leave', user_info: gone.userInfo, connection_id: socket.id, timestamp: nowMs });
    return true;
  }

  present(channel: string): ValueObject[] {
    return [...(this.#present.get(channel)?.values() ?? [])].map(({ connectionId, userInfo, joinedAtMs }) => ({
      connection_id: connectionId,
      user_info: userInfo,
      joined_at: joinedAtMs,
    }));
  }

  /** A connection that has ended listens to nothing and is nowhere. */
  forget(socket: ScriptSocket, nowMs: number): void {
    for (const channel of this.channelsOf(socket)) this.unsubscribe(channel, socket);
    for (const channel of [...this.#present.keys()]) this.leave(channel, socket, nowMs);
  }

  #tell(channel: string, event: ValueObject): void {
    const payload = stringifyJson({ ...event, channel });
    for (const socket of this.#listeners.get(channel) ?? []) socket.push({ from: 'presence', payload });
  }
}
