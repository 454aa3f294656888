import type { Client } from '@cairn/client';
import type { Value } from '@cairn/protocol';

/** What a server has counted about one command at one door since its start. */
export interface CommandCounts {
  readonly command: string;
  readonly door: string;
  readonly requests: number;
  readonly errors: number;
  readonly running: number;
  readonly buckets: readonly number[];
}

/** A request under way, as `list_running` tells it. */
export interface RunningRequest {
  readonly id: number;
  readonly command: string;
  readonly user: string | null;
  readonly door: string;
  readonly elapsed_ms: number;
  readonly stoppable: boolean;
  readonly database?: string;
  readonly collection?: string;
  readonly text?: string;
}

/** The parts of `server_status` that `top` shows. */
export interface ServerStatus {
  readonly version: string;
  readonly uptime_s: number;
  readonly databases: number;
  readonly memory: { readonly rss_bytes: number; readonly heap_used_bytes: number };
  readonly disk: { readonly free_bytes: number };
  readonly event_loop: { readonly active_ms: number; readonly idle_ms: number; readonly delay_p99_ms: number };
  readonly requests: {
    readonly total: number;
    readonly errors: number;
    readonly refused: number;
    readonly bucket_bounds_s: readonly number[];
    readonly commands: readonly CommandCounts[];
  };
  readonly gauges: { readonly [name: string]: number };
}

/** A server at one moment. */
export interface Sample {
  /** On this process's monotonic clock. */
  readonly atMs: number;
  readonly status: ServerStatus;
  readonly running: readonly RunningRequest[];
}

/** Asks a server how it is. Both questions are themselves requests, and not shown. */
export async function takeSample(client: Client): Promise<Sample> {
  const [status, running] = await Promise.all([client.status(), client.command('list_running')]);
  return {
    atMs: performance.now(),
    status: status as unknown as ServerStatus,
    running: (running.data as Value[] as unknown as RunningRequest[]).filter(({ command }) => !OWN.has(command)),
  };
}

const OWN: ReadonlySet<string> = new Set(['list_running', 'server_status']);
