import { command } from '../../runner/command.ts';
import { needsSeveralNodes } from './single-node.ts';

export const clusterRemoveNode = command('cluster_remove_node', () => needsSeveralNodes('cluster_remove_node'));
