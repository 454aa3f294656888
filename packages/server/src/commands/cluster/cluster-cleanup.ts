import { command } from '../../runner/command.ts';
import { needsSeveralNodes } from './single-node.ts';

export const clusterCleanup = command('cluster_cleanup', () => needsSeveralNodes('cluster_cleanup'));
