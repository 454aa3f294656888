import { COMMANDS, type CommandDefinition } from '@cairn/protocol/internal';
import type { Reply } from '../harness/wire-connection.ts';
import { unstatedNeed } from './catalogue-need.ts';
import { type Fields, sampleRequest } from './sample-request.ts';
import { CALLERS, PLACES, type SecuredServer } from './secured-server.ts';
import { type Caller, expectedOutcome, type Need, type Outcome, type Place, statedNeed } from './statement.ts';

/** One command of one caller at one place, which did not end as the statement says. */
export interface Difference {
  readonly command: string;
  readonly caller: string;
  readonly place: Place;
  readonly expected: Outcome;
  readonly seen: Outcome;
}

/** How a request is put: by itself, or as a part of another. */
export interface Way {
  readonly name: string;
  send(server: SecuredServer, caller: string, command: string, fields: Fields): Promise<Reply>;
}

export const DIRECTLY: Way = {
  name: 'by itself',
  send: (server, caller, command, fields) => server.send(caller, command, fields),
};

export const IN_A_BATCH: Way = {
  name: 'in a batch',
  async send(server, caller, command, fields) {
    const reply = await server.send(caller, 'batch', { commands: [{ cmd: command, ...fields }] });
    return reply.status === 'batch' ? ((reply.responses as Reply[])[0] ?? reply) : reply;
  },
};

/** Their connection or session would be another one afterwards. */
const SELF_CHANGING: ReadonlySet<string> = new Set(['logout', 'revoke_sessions']);

/** Sends every command of the catalogue for every caller to every place. Answers the cells and those that differ. */
export async function runMatrix(
  server: SecuredServer,
  way: Way,
  commands: readonly CommandDefinition[] = COMMANDS,
): Promise<{ cells: number; differences: Difference[] }> {
  const differences: Difference[] = [];
  let cells = 0;
  for (const command of commands) {
    const places = samplePlaces(command);
    const need = statedNeed(command.name) ?? unstatedNeed(command, places.length > 1);
    for (const place of places) {
      const fields = sampleRequest(command.name, place);
      const named = namesCollection(fields, place) ? place : { database: place.database };
      for (const caller of CALLERS) {
        cells++;
        const expected = expectedOutcome(need, caller, named);
        const seen = await seenOutcome(server, way, { command, need, caller, fields });
        if (seen !== expected) differences.push({ command: command.name, caller: caller.name, place, expected, seen });
      }
      if (command.mode === 'write') await server.restore();
    }
  }
  return { cells, differences };
}

/** Every place for a command that names one, else one: the server. */
function samplePlaces({ name }: CommandDefinition): readonly Place[] {
  const fields = sampleRequest(name, PLACES[0]!);
  const [first] = PLACES as readonly [Place];
  if (fields.database !== first.database || name === 'auth') return [{}];
  const isOnCollection = namesCollection(fields, first);
  const seen = new Set<string>();
  return PLACES.filter((place) => {
    const key = isOnCollection ? `${place.database}/${place.collection}` : place.database!;
    return seen.has(key) ? false : seen.add(key);
  });
}

function namesCollection(fields: Fields, { collection }: Place): boolean {
  return fields.collection === collection || fields.name === collection;
}

interface Cell {
  readonly command: CommandDefinition;
  readonly need: Need;
  readonly caller: Caller;
  readonly fields: Fields;
}

async function seenOutcome(server: SecuredServer, way: Way, { command, need, caller, fields }: Cell): Promise<Outcome> {
  // Whoever asks for these is asked for nothing but to be logged in, and would not be so any more.
  if (SELF_CHANGING.has(command.name) && caller.lines !== undefined) return 'allowed';
  const reply = await way.send(server, caller.name, command.name, fields);
  if (reply.status !== 'error') return 'allowed';
  if (reply.code === 'permission_denied') return 'denied';
  // A wrong password or token is the answer of a command that was let in.
  const isLetIn = need === 'nothing' || caller.lines !== undefined;
  return reply.code === 'unauthenticated' && !isLetIn ? 'unauthenticated' : 'allowed';
}
