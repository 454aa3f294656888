import type { Socket } from 'node:net';
import { isIPv6 } from 'node:net';

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

/**
 * What stands for an address where callers are counted. Of IPv6 that is the network of 64 bits: whoever has one address
 * of it has them all.
 */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  const [head = '', tail] = address.split('%', 1)[0]!.split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
