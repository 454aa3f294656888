import type { Value, ValueObject } from '@cairn/protocol/internal';
import { RUNNING_TEXT_MAX } from '../../limits.ts';
import type { Running } from '../../observability/activity/running-requests.ts';
import { command } from '../../runner/command.ts';

/** Members of a request that say what it is about. */
const SHOWN = ['database', 'collection', 'name', 'tx_id'];

export const listRunning = command('list_running', (_fields, { engine, session }) => {
  const user = session.rights.allowsGlobally('admin') ? undefined : session.user;
  const nowMs = engine.host.monotonicMs();
  return { status: 'ok', data: [...engine.activity.running.list(user)].map((entry) => shown(entry, nowMs)) };
});

function shown([id, running]: readonly [number, Running], nowMs: number): Value {
  const { name: command, user = null, address, door, isStoppable } = running;
  const fields = running.fields as { readonly [name: string]: Value | undefined };
  const about: ValueObject = {};
  for (const member of SHOWN) if (typeof fields[member] === 'string') about[member] = fields[member];
  const text = fields.sdbql ?? fields.query;
  if (typeof text === 'string') about.text = text.slice(0, RUNNING_TEXT_MAX);
  const elapsedMs = Math.round((nowMs - running.startMs) * 1000) / 1000;
  return { id, command, user, address, door, elapsed_ms: elapsedMs, stoppable: isStoppable, ...about };
}
