import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';

const LOCK_FILE = 'lock';
/** The kernel's limit on the path of a Unix socket is 108 bytes, with a terminator. */
const SOCKET_PATH_MAX_BYTES = 107;

/**
 * Keeps a folder to one process, with a Unix socket in it: while its owner lives a connection is accepted, and after a
 * kill it is refused, so that a lock never outlives its process.
 */
export class FolderLock {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws CairnError `invalid_argument` when another process has the folder open, or may have it open */
  static async take(folder: string): Promise<FolderLock> {
    const path = shortest(join(folder, LOCK_FILE));
    for (const isFirst of [true, false]) {
      const server = await listen(path);
      if (server !== undefined) return new FolderLock(server);
      if (!isFirst || (await isAlive(path))) break;
      rmSync(path, { force: true });
    }
    throw new CairnError('invalid_argument', `The data folder ${folder} is already open in another process`, {
      details: { folder },
    });
  }

  release(): Promise<void> {
    return new Promise((done) => this.#server.close(() => done()));
  }
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** Whoever may not ask must not take it for dead: its owner may be at work. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ECONNREFUSED' || cause.code === 'ENOENT') resolve(false);
      else
        reject(
          new CairnError('invalid_argument', `The lock of a data folder cannot be asked: ${cause.message}`, { cause }),
        );
    });
  });
}

function shortest(path: string): string {
  const local = relative(process.cwd(), path);
  const short = local.length < path.length ? local : path;
  if (Buffer.byteLength(short) <= SOCKET_PATH_MAX_BYTES) return short;
  throw new CairnError('invalid_argument', `The path of the data folder is too long for a lock: ${path}`);
}
