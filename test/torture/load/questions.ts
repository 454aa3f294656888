import { createHash } from 'node:crypto';
import { type WireConnection, WireError } from '../../harness/wire-connection.ts';
import { ACCOUNTS, accountKey, BANK } from './bank.ts';

/** What the server said, in a form that can be compared. */
export type Answer =
  | { readonly kind: 'answer'; readonly digest: string }
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly namesPlace: boolean };

type Ask = (wire: WireConnection) => Promise<unknown>;

const COLLECTIONS = ['accounts', 'transfers', 'singles', 'batches', 'extra'];

/** All that can be asked of the bank, so that every stored byte is needed for some answer. */
function* questions(): Generator<readonly [string, Ask]> {
  for (const collection of COLLECTIONS) {
    const text = `FOR d IN ${collection} SORT d._key RETURN d`;
    yield [text, (wire) => wire.query(BANK, text)];
    const stats = { database: BANK, name: collection };
    yield [`count of ${collection}`, (wire) => wire.call('collection_stats', stats).then((found) => countOf(found))];
    const place = { database: BANK, collection };
    yield [`indexes of ${collection}`, (wire) => wire.call('list_indexes', place)];
  }
  const byIndex = [
    'FOR d IN singles FILTER d.value >= 0 RETURN [d._key, d.value]',
    'FOR d IN accounts FILTER d.balance > -1000000 RETURN d._key',
    'FOR d IN transfers FILTER d.first >= "" RETURN d._key',
    'FOR d IN batches FILTER d.batch >= "" RETURN d._key',
  ];
  for (const text of byIndex) yield [text, (wire) => wire.query(BANK, text).then((rows) => rows.map(String).sort())];
  for (let number = 0; number < ACCOUNTS; number++) {
    const place = { database: BANK, collection: 'accounts', key: accountKey(number) };
    yield [`get ${place.key}`, (wire) => wire.call('get', place)];
  }
  yield ['collections', (wire) => wire.call('list_collections', { database: BANK })];
}

/** The answers to all questions, by question. @throws Error when the connection ends */
export async function answersOf(wire: WireConnection): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  for (const [question, ask] of questions()) {
    try {
      answers.set(question, { kind: 'answer', digest: digestOf(await ask(wire)) });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      const { code, message, details } = error;
      answers.set(question, { kind: 'error', code, message, namesPlace: namesPlace(details) });
    }
  }
  return answers;
}

/** A damaged block is named with its collection, a damaged record of the catalogue or of the log by what it is. */
function namesPlace(details: Readonly<Record<string, unknown>>): boolean {
  return details.collection !== undefined || details.record !== undefined || details.file !== undefined;
}

function countOf(stats: unknown): number {
  return (stats as { document_count: number }).document_count;
}

function digestOf(answer: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(answer) ?? 'nothing')
    .digest('hex');
}
