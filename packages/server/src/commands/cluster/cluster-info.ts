import { availableParallelism, hostname, release, totalmem, type } from 'node:os';
import { command } from '../../runner/command.ts';
import { nodeId, processorUsage } from './single-node.ts';

export const clusterInfo = command('cluster_info', (_fields, { engine }) => ({
  status: 'ok',
  data: {
    node_id: nodeId(engine),
    is_cluster_mode: false,
    cluster_config: null,
    cpu_usage: processorUsage(),
    memory_usage: process.memoryUsage.rss(),
    memory_total: totalmem(),
    uptime: Math.floor(process.uptime()),
    os_name: type(),
    os_version: release(),
    hostname: hostname(),
    num_cpus: availableParallelism(),
  },
}));
