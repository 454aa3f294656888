import type { Socket } from 'node:net';

/** What stands for the address of whoever comes through the Unix socket. */
export const UNIX_PEER = 'unix';

const unixSockets = new WeakSet<Socket>();

/** Notes that a socket came in by the Unix door: it has no address of its own. */
export function markUnixSocket(socket: Socket): void {
  unixSockets.add(socket);
}

/** Where a connection comes from: an IP address, `unix`, or `unknown` once it is gone. */
export function peerAddress(socket: Socket): string {
  return unixSockets.has(socket) ? UNIX_PEER : (socket.remoteAddress ?? 'unknown');
}

/** Is this an address of the machine itself? */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.') || address === UNIX_PEER;
}
