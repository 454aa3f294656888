import assert from 'node:assert/strict';
import { CALLERS, PLACES, SecuredServer } from './secured-server.ts';
import { expectedOutcome, type Need, type Outcome, type Place } from './statement.ts';

const READ: Need = { action: 'read', on: 'collection' };
const WRITE: Need = { action: 'write', on: 'collection' };

/** What a text does with `THIS`, the collection of the place, and with the collection `rest` beside it. */
interface Text {
  readonly text: string;
  readonly needs: readonly (readonly [need: Need, of: 'this' | 'rest'])[];
}

const SDBQL: readonly Text[] = [
  { text: 'FOR x IN THIS RETURN x', needs: [[READ, 'this']] },
  {
    text: 'FOR x IN THIS FOR y IN rest RETURN [x, y]',
    needs: [
      [READ, 'this'],
      [READ, 'rest'],
    ],
  },
  {
    text: 'FOR y IN rest JOIN THIS ON THIS._key == y._key RETURN y',
    needs: [
      [READ, 'this'],
      [READ, 'rest'],
    ],
  },
  { text: 'RETURN LENGTH(FOR x IN THIS RETURN 1)', needs: [[READ, 'this']] },
  { text: 'RETURN DOCUMENT("THIS/k")', needs: [[READ, 'this']] },
  { text: 'FOR i IN 1..2 RETURN DOCUMENT(CONCAT("THIS", "/", i))', needs: [[READ, 'this']] },
  { text: 'RETURN COLLECTION_COUNT(CONCAT("THIS", ""))', needs: [[READ, 'this']] },
  {
    text: 'FOR x IN rest LET y = FIRST(FOR z IN THIS RETURN z) RETURN y',
    needs: [
      [READ, 'this'],
      [READ, 'rest'],
    ],
  },
  {
    text: 'FOR v IN 1..1 OUTBOUND "rest/k" THIS RETURN v',
    needs: [
      [READ, 'this'],
      [READ, 'rest'],
    ],
  },
  { text: 'FOR x IN THIS AS OF 1 RETURN x', needs: [[READ, 'this']] },
  { text: 'INSERT { _key: "k" } INTO THIS OPTIONS { overwrite: true }', needs: [[WRITE, 'this']] },
  {
    text: 'FOR x IN rest INSERT x INTO THIS',
    needs: [
      [WRITE, 'this'],
      [READ, 'rest'],
    ],
  },
  {
    text: 'FOR x IN THIS UPDATE x WITH { a: 1 } IN rest',
    needs: [
      [READ, 'this'],
      [WRITE, 'rest'],
    ],
  },
  { text: 'UPSERT { _key: "k" } INSERT { _key: "k" } UPDATE { a: 1 } IN THIS', needs: [[WRITE, 'this']] },
  { text: 'REMOVE "none" IN THIS', needs: [[WRITE, 'this']] },
  { text: 'LET x = (FOR i IN 1..1 INSERT {} INTO THIS RETURN NEW) RETURN x', needs: [[WRITE, 'this']] },
];

const SQL: readonly Text[] = [
  { text: 'SELECT * FROM THIS', needs: [[READ, 'this']] },
  {
    text: 'SELECT r._key FROM rest r LEFT JOIN THIS t ON t._key = r._key',
    needs: [
      [READ, 'this'],
      [READ, 'rest'],
    ],
  },
  {
    text: 'SELECT 1 FROM rest WHERE EXISTS (SELECT 1 FROM THIS)',
    needs: [
      [READ, 'this'],
      [READ, 'rest'],
    ],
  },
  { text: 'INSERT INTO THIS (a) VALUES (1)', needs: [[WRITE, 'this']] },
  {
    text: 'DELETE FROM THIS WHERE a = 99',
    needs: [
      [WRITE, 'this'],
      [READ, 'this'],
    ],
  },
  { text: 'DROP TABLE THIS', needs: [[{ action: 'write', on: 'database' }, 'this']] },
];

/** An explained text does not run, so that what only the run knows is not asked for; nor does it read anything. */
const EXPLAINED = SDBQL.filter(({ text, needs }) => !text.includes('CONCAT') && needs.every(([need]) => need === READ));

const HERE = PLACES.filter(({ database }) => database !== '_system');

for (const { command, field, texts } of [
  { command: 'query', field: 'sdbql', texts: SDBQL },
  { command: 'explain', field: 'sdbql', texts: EXPLAINED },
  { command: 'sql', field: 'query', texts: SQL },
]) {
  describe(`what the texts of '${command}' touch`, function () {
    this.timeout(120_000);
    let server: SecuredServer;
    before(async () => {
      server = await SecuredServer.start();
      for (const database of ['own', 'other']) {
        for (const collection of ['things', 'rest']) {
          await server.admin('insert', { database, collection, document: { _key: 'k' } });
        }
      }
    });
    after(() => server?.close());

    for (const inTransaction of [false, true]) {
      it(`is asked for collection by collection${inTransaction ? ' inside a transaction' : ''}`, async () => {
        const differences: unknown[] = [];
        for (const place of HERE) {
          for (const { name: caller } of CALLERS) {
            const more = inTransaction ? await begun(caller, place) : {};
            if (more === undefined) continue;
            for (const { text, needs } of texts) {
              if (inTransaction && (text.includes('DROP') || text.includes('AS OF'))) continue;
              const expected = outcomeOf(caller, place, needs);
              const written = text.replaceAll('THIS', place.collection!);
              const reply = await server.send(caller, command, { database: place.database, [field]: written, ...more });
              const seen = seenOutcome(reply.status === 'error' ? reply.code : undefined);
              if (seen !== expected) differences.push({ caller, place, text, expected, seen });
            }
            if (inTransaction) await server.send(caller, 'rollback_transaction', more);
            await server.restore();
          }
        }
        assert.deepEqual(differences, []);
      });
    }

    async function begun(caller: string, { database }: Place): Promise<Record<string, unknown> | undefined> {
      const reply = await server.send(caller, 'begin_transaction', { database });
      return reply.status === 'error' ? undefined : { tx_id: reply.tx_id };
    }
  });
}

function outcomeOf(name: string, place: Place, needs: Text['needs']): Outcome {
  const caller = CALLERS.find((one) => one.name === name)!;
  const { database } = place;
  const asked: [Need, Place][] = [
    [{ action: 'read', on: 'some collection' }, { database }],
    ...needs.map(([need, of]): [Need, Place] => [need, of === 'this' ? place : { database, collection: 'rest' }]),
  ];
  const outcomes = asked.map(([need, where]) => expectedOutcome(need, caller, where));
  return outcomes.find((outcome) => outcome !== 'allowed') ?? 'allowed';
}

function seenOutcome(code: unknown): Outcome {
  if (code === 'permission_denied') return 'denied';
  return code === 'unauthenticated' ? 'unauthenticated' : 'allowed';
}
