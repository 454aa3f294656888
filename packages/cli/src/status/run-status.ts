import type { Value } from '@cairn/protocol';
import { type ConnectionOptions, connectionSettings } from '../connection/connection-settings.ts';
import { withClient } from '../connection/open-client.ts';
import { jsonText } from '../output/json-text.ts';
import { statusText } from './status-text.ts';

/** Says what a server tells about itself and which databases it holds. */
export async function runStatus(options: ConnectionOptions & { json?: boolean }): Promise<void> {
  await withClient(options, async (client) => {
    const startedMs = performance.now();
    await client.ping();
    const pingMs = Math.round((performance.now() - startedMs) * 100) / 100;
    const { host, port } = connectionSettings(options, process.env);
    const status: { [key: string]: Value } = {
      server: `${host}:${port}`,
      ping_ms: pingMs,
      ...(await client.status()),
      databases: await client.databases.list(),
    };
    process.stdout.write(options.json ? `${jsonText(status, 2)}\n` : statusText(status));
  });
}
