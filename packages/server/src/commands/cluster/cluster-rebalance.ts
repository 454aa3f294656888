import { command } from '../../runner/command.ts';
import { needsSeveralNodes } from './single-node.ts';

export const clusterRebalance = command('cluster_rebalance', () => needsSeveralNodes('cluster_rebalance'));
