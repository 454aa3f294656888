import assert from 'node:assert/strict';
import { SeededRandom } from '../harness/seeded-random.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { type Reply, WireConnection } from '../harness/wire-connection.ts';

const QUERIES = Number(process.env.CAIRN_FUZZ_QUERIES ?? 5000);
const TOKENS_MAX = 24;
const UNDER_WAY = 64;
const database = 'junk';

const TOKENS = (
  'FOR IN FILTER SORT LIMIT RETURN LET COLLECT AGGREGATE WITH COUNT INTO KEEP INSERT UPDATE REPLACE REMOVE UPSERT JOIN LEFT ON ' +
  'AND OR NOT LIKE TRUE FALSE NULL CASE WHEN THEN ELSE END ANY ALL NONE SATISFIES DISTINCT ASC DESC OVER PARTITION BY EXPLAIN ' +
  'OUTBOUND INBOUND SHORTEST_PATH TO docs docs docs d d d x y n @a @@c @missing 1 2 10 0.5 9223372036854775808 "text" \'t\' $"a${1}b" ' +
  'd.name d.n d.tags[*] [1,2,3] {a:1} ( ) ( ) [ ] { } , , . .. ? : == != < <= > >= + - * / % ** & | ^ ~ << >> |> || && ?? -> =~ !~ ~= ! ; # ' +
  'LENGTH( SUM( UPPER( CONCAT( NOSUCH( DATE_NOW() ROUND( FIRST( KEYS( 1..5 1..99999999999 -- ` \\ \u0000 ä 🙂'
).split(' ');

/** Texts made of the language's own words in no order: each gets rows or an error that says what and where. */
describe(`${QUERIES} soups of tokens as queries`, function () {
  this.timeout(600_000);
  const folder = temporaryFolder('junk');
  const random = SeededRandom.fromEnvironment();
  let server: ServerProcess;
  before(async () => {
    server = await ServerProcess.start({ dataDir: folder.path });
  });
  after(async () => {
    await server.stop();
    folder.remove();
  });

  it(`give rows or a named error; syntax errors have a line and a column (seed ${random.seed})`, async () => {
    const wire = await WireConnection.login(server.port);
    await wire.call('create_database', { name: database });
    await wire.call('create_collection', { database, name: 'docs' });
    const documents = Array.from({ length: 50 }, (_, n) => ({ _key: `k${n}`, n, name: `name ${n}`, tags: ['a', n] }));
    await wire.call('bulk_insert', { database, collection: 'docs', documents });
    const codes = new Map<string, number>();
    for (let sent = 0; sent < QUERIES; sent += UNDER_WAY) {
      const texts = Array.from({ length: UNDER_WAY }, () => soup(random));
      const replies = await Promise.all(texts.map((sdbql) => wire.send(request(sdbql))));
      for (const [index, reply] of replies.entries()) {
        const code = outcomeOf(reply, texts[index]);
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
    }
    assert.ok(server.running, server.output);
    assert.ok(
      (codes.get('parse_error') ?? 0) > QUERIES / 4,
      `hardly a syntax error among ${JSON.stringify([...codes])}`,
    );
    assert.ok((codes.get('ok') ?? 0) > 0, `nothing was answered: ${JSON.stringify([...codes])}`);
    wire.close();
  });
});

function request(sdbql: string): Record<string, unknown> {
  return { cmd: 'query', database, sdbql, bind_vars: { a: 1, '@c': 'docs' } };
}

function soup(random: SeededRandom): string {
  const words = Array.from({ length: 1 + random.below(TOKENS_MAX) }, () => random.pick(TOKENS));
  // Half of them begin and end like a query, so that they get further than the first word.
  return random.below(2) === 0 ? words.join(' ') : `FOR d IN docs FILTER d.n < 3 ${words.join(' ')} RETURN d`;
}

/** `ok`, or the error's code; fails for an answer that is neither rows nor a proper error. */
function outcomeOf(reply: Reply, text: string): string {
  if (reply.status === 'ok') {
    assert.ok(Array.isArray(reply.data), text);
    return 'ok';
  }
  assert.equal(reply.status, 'error', text);
  const code = String(reply.code);
  assert.notEqual(code, 'internal', `${text}\n${JSON.stringify(reply.error)}`);
  if (code === 'parse_error') {
    const details = reply.details as { line?: number; column?: number };
    assert.ok(Number(details?.line) >= 1 && Number(details?.column) >= 1, `${text}\n${JSON.stringify(reply)}`);
  }
  return code;
}
