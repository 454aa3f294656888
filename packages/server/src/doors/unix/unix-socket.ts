import { chmodSync, existsSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';
import { cannotListen } from '../cannot-listen.ts';

/** Only the user who runs the server may connect. */
const MODE = 0o600;
const OTHERS = 0o777 & ~MODE;

/**
 * Has a server listen on a Unix socket that nobody but the server's own user can open. A socket that a killed server left
 * behind is removed.
 *
 * @throws CairnError `invalid_argument` when the path is taken by a running server or by something that is no socket
 */
export async function listenOnUnixSocket(server: Server, path: string): Promise<void> {
  await removeStaleSocket(path);
  const folder = dirname(path);
  if (!existsSync(folder))
    throw new CairnError('invalid_argument', `cannot listen on ${path}: there is no folder ${folder}`);
  await new Promise<void>((resolve, reject) => {
    const refused = (error: Error) => reject(cannotListen(path, error));
    server.once('error', refused);
    // The socket is made within this call: it must never be there with more rights than it is to have.
    const before = process.umask(OTHERS);
    try {
      server.listen({ path }, () => {
        server.off('error', refused);
        resolve();
      });
    } finally {
      process.umask(before);
    }
  });
  chmodSync(path, MODE);
}

async function removeStaleSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new CairnError('invalid_argument', `${path} is there already and is no socket`);
  if (await answers(path)) throw new CairnError('invalid_argument', `another process listens on ${path}`);
  unlinkSync(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ path });
    const end = (answer: boolean) => {
      socket.destroy();
      settle(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    );
  });
}
