import type { IncomingMessage } from 'node:http';

/** Bytes of a refused body that are taken and thrown away: clients read the answer only when they have sent theirs. */
const DISCARDED_BYTES_MAX = 64 * 1024 * 1024;
/** How long that may take. */
const DISCARDED_MS = 5_000;

/**
 * Takes what is left of a refused request's body, so that the client comes to read the answer: whose connection is closed while
 * it sends sees that alone. Beyond bounds of size and time the connection is closed all the same.
 */
export function discardUnread(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const { socket } = request;
  const late = setTimeout(() => socket.destroy(), DISCARDED_MS);
  let left = DISCARDED_BYTES_MAX;
  request.removeAllListeners('data');
  request.on('data', (part: Buffer) => {
    left -= part.length;
    if (left < 0) socket.destroy();
  });
  request.once('close', () => clearTimeout(late));
  request.once('end', () => clearTimeout(late));
  request.on('error', () => {});
  request.resume();
}
