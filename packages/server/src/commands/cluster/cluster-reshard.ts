import { command } from '../../runner/command.ts';
import { needsSeveralNodes } from './single-node.ts';

export const clusterReshard = command('cluster_reshard', () => needsSeveralNodes('cluster_reshard'));
