import { command } from '../../runner/command.ts';
import { nodeAddress, nodeId } from './single-node.ts';

export const clusterGetNodes = command('cluster_get_nodes', (_fields, { engine }) => ({
  status: 'ok',
  data: [{ node_id: nodeId(engine), address: nodeAddress(engine), status: 'cluster-ready', is_self: true }],
}));
