import { resolve } from 'node:path';
import { command } from '../../runner/command.ts';
import { contents, nodeId, processorUsage } from './single-node.ts';

export const clusterStatus = command('cluster_status', async (_fields, { engine }) => {
  const { documents, collections, commits } = await contents(engine);
  return {
    status: 'ok',
    data: {
      node_id: nodeId(engine),
      status: 'cluster-ready',
      replication_port: engine.settings.port,
      current_sequence: commits,
      log_entries: 0,
      peers: [],
      data_dir: resolve(engine.dataDir),
      stats: {
        cpu_usage: processorUsage(),
        memory_used: process.memoryUsage.rss(),
        document_count: documents,
        collections_count: collections,
      },
    },
  };
});
