/*
 * Serves one data folder after another, as its parent asks over the channel between them. Damaged folders may end this
 * process, and it is far cheaper than a whole `cairn serve` for each of them.
 */
import { type RunningServer, resolveSettings, startServer } from '@cairn/server';

export type FolderRequest = { readonly kind: 'open'; readonly folder: string } | { readonly kind: 'close' };

export type FolderAnswer =
  | { readonly kind: 'opened'; readonly port: number }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'closed' };

let server: RunningServer | undefined;

async function answer(request: FolderRequest): Promise<FolderAnswer> {
  try {
    if (request.kind === 'open') {
      const flags = { port: 0, dataDir: request.folder, logLevel: 'silent' };
      server = await startServer(resolveSettings({ flags, environment: { CAIRN_ADMIN_PASSWORD: 'admin' } }));
      return { kind: 'opened', port: server.port };
    }
    await server?.close();
    server = undefined;
    return { kind: 'closed' };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { kind: 'refused', code: code ?? 'none', message };
  }
}

process.on('message', async (request: FolderRequest) => process.send!(await answer(request)));
process.on('disconnect', () => process.exit());
