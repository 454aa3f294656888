import { plainRoute } from '../route/plain-route.ts';
import type { Route } from '../route/route.ts';

const CLUSTER = '/_api/cluster';

/** What clients of systems of several nodes ask, about the one node that there is. */
export const CLUSTER_ROUTES: readonly Route[] = [
  plainRoute({ method: 'GET', path: `${CLUSTER}/status`, command: 'cluster_status' }),
  plainRoute({ method: 'GET', path: `${CLUSTER}/info`, command: 'cluster_info' }),
  plainRoute({ method: 'GET', path: `${CLUSTER}/nodes`, command: 'cluster_get_nodes' }),
  plainRoute({ method: 'GET', path: `${CLUSTER}/shards`, command: 'cluster_get_shards' }),
  plainRoute({ method: 'POST', path: `${CLUSTER}/remove-node`, command: 'cluster_remove_node' }),
  plainRoute({ method: 'POST', path: `${CLUSTER}/rebalance`, command: 'cluster_rebalance' }),
  plainRoute({ method: 'POST', path: `${CLUSTER}/cleanup`, command: 'cluster_cleanup' }),
  plainRoute({ method: 'POST', path: `${CLUSTER}/reshard`, command: 'cluster_reshard' }),
];
