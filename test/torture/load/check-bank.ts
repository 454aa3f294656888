import assert from 'node:assert/strict';
import type { WireConnection } from '../../harness/wire-connection.ts';
import { ACCOUNTS, accountKey, BANK, BATCH, OPENING_BALANCE } from './bank.ts';
import type { Effect, Move, Operation } from './operation.ts';

export interface BankCheck {
  readonly operations: readonly Operation[];
  /** When and after what, for the sentence of a failure. */
  readonly where: string;
  /** Whether the server had promised this by then; by default: whether its acknowledgement has come. */
  readonly isPromised?: (operation: Operation) => boolean;
  /** Whether it must not be there; by default: whether the server has refused it. */
  readonly isExcluded?: (operation: Operation) => boolean;
  /** By default the bank itself, otherwise what was restored from it. */
  readonly database?: string;
}

/**
 * Holds what the server answers against what was asked of it: everything promised is there, everything else is there
 * whole or not at all, nothing is there that nobody asked for, and counters, indexes and documents say the same.
 */
export async function checkBank(wire: WireConnection, check: BankCheck): Promise<void> {
  const facts = new Facts(check);
  await checkTransfers(wire, facts);
  await checkSingles(wire, facts);
  await checkBatches(wire, facts);
  await checkCatalogue(wire, facts);
}

type Of<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

/** What may and what must be there, by kind. */
class Facts {
  readonly where: string;
  readonly database: string;
  readonly #operations: readonly Operation[];
  readonly #isPromised: (operation: Operation) => boolean;
  readonly #isExcluded: (operation: Operation) => boolean;

  constructor({ operations, where, isPromised, isExcluded, database = BANK }: BankCheck) {
    this.where = where;
    this.database = database;
    this.#operations = operations;
    this.#isPromised = isPromised ?? ((operation) => operation.outcome === 'acknowledged');
    this.#isExcluded = isExcluded ?? ((operation) => operation.outcome === 'refused');
  }

  of<K extends Effect['kind']>(kind: K): { effect: Of<K>; promised: boolean; refused: boolean }[] {
    return this.#operations
      .filter(({ effect }) => effect.kind === kind)
      .map((operation) => ({
        effect: operation.effect as Of<K>,
        promised: this.#isPromised(operation),
        refused: this.#isExcluded(operation),
      }));
  }

  /** By name, the states that it may be in: the last promised one, and those asked for since. */
  states<K extends Effect['kind'], S>(
    kind: K,
    initial: S,
    read: (effect: Of<K>) => readonly [string, S],
  ): Map<string, S[]> {
    const states = new Map<string, S[]>();
    for (const { effect, promised, refused } of this.of(kind)) {
      const [name, state] = read(effect);
      const before = states.get(name) ?? [initial];
      if (refused) states.set(name, before);
      else states.set(name, promised ? [state] : [...before, state]);
    }
    return states;
  }
}

async function checkTransfers(wire: WireConnection, facts: Facts): Promise<void> {
  const { where, database } = facts;
  const found = new Map(
    (await wire.query(database, 'FOR t IN transfers RETURN [t._key, t.first, t.moves]')).map((row) => {
      const [key, first, moves] = row as [string, string, Move[]];
      return [key, { first, moves }];
    }),
  );
  const asked = new Map(facts.of('transfer').map((one) => [one.effect.transfer, one]));
  for (const [key, { effect, promised, refused }] of asked) {
    if (promised) assert.ok(found.has(key), `${where}: transfer ${key} is lost`);
    if (refused) assert.ok(!found.has(key), `${where}: transfer ${key} was refused and is there`);
    const there = found.get(key);
    if (there !== undefined) assert.deepEqual(there.moves, effect.moves, `${where}: transfer ${key}`);
  }
  for (const key of found.keys()) assert.ok(asked.has(key), `${where}: nobody asked for transfer ${key}`);
  await checkBalances(wire, [...found.values()], facts);
  for (let number = 0; number < ACCOUNTS; number += 5) {
    const account = accountKey(number);
    const byIndex = await wire.query(database, 'FOR t IN transfers FILTER t.first == @account RETURN t._key', {
      account,
    });
    const byScan = [...found].filter(([, { first }]) => first === account).map(([key]) => key);
    assert.deepEqual(byIndex.sort(), byScan.sort(), `${where}: the index of transfers for ${account}`);
  }
  await checkCount(wire, 'transfers', found.size, facts);
}

async function checkBalances(wire: WireConnection, transfers: { moves: Move[] }[], facts: Facts): Promise<void> {
  const { where, database } = facts;
  const expected = new Map<string, number>();
  for (let number = 0; number < ACCOUNTS; number++) expected.set(accountKey(number), OPENING_BALANCE);
  for (const { moves } of transfers) {
    for (const { account, amount } of moves) expected.set(account, expected.get(account)! + amount);
  }
  const rows = (await wire.query(database, 'FOR a IN accounts RETURN [a._key, a.balance]')) as [string, number][];
  const balances = new Map(rows);
  const sum = rows.reduce((total, [, balance]) => total + balance, 0);
  for (const [account, balance] of expected) {
    assert.equal(balances.get(account), balance, `${where}: ${account} does not hold what its transfers say: torn`);
  }
  assert.equal(sum, ACCOUNTS * OPENING_BALANCE, `${where}: the sum of all balances`);
  await checkCount(wire, 'accounts', ACCOUNTS, facts);
}

async function checkSingles(wire: WireConnection, facts: Facts): Promise<void> {
  const { where, database } = facts;
  const rows = await wire.query(database, 'FOR d IN singles RETURN [d._key, d.value]');
  const found = new Map(rows as [string, number][]);
  const states = facts.states<'single', number | null>('single', null, ({ key, value }) => [key, value]);
  for (const [key, allowed] of states) {
    const value = found.get(key) ?? null;
    assert.ok(allowed.includes(value), `${where}: document ${key} is ${value} instead of ${allowed.join(' or ')}`);
  }
  for (const key of found.keys()) assert.ok(states.has(key), `${where}: nobody asked for document ${key}`);
  const byIndex = await wire.query(database, 'FOR d IN singles FILTER d.value >= 0 RETURN [d._key, d.value]');
  assert.deepEqual(new Map(byIndex as [string, number][]), found, `${where}: the index of singles`);
  await checkCount(wire, 'singles', found.size, facts);
}

async function checkBatches(wire: WireConnection, facts: Facts): Promise<void> {
  const { where, database } = facts;
  const text = 'FOR d IN batches COLLECT batch = d.batch WITH COUNT INTO n RETURN [batch, n]';
  const sizes = new Map((await wire.query(database, text)) as [string, number][]);
  const asked = new Map(facts.of('batch').map((one) => [one.effect.batch, one]));
  for (const [batch, size] of sizes) {
    assert.equal(size, BATCH, `${where}: batch ${batch} is torn`);
    assert.ok(asked.has(batch), `${where}: nobody asked for batch ${batch}`);
  }
  for (const [batch, { promised, refused }] of asked) {
    if (promised) assert.ok(sizes.has(batch), `${where}: batch ${batch} is lost`);
    if (refused) assert.ok(!sizes.has(batch), `${where}: batch ${batch} was refused and is there`);
  }
  await checkCount(wire, 'batches', sizes.size * BATCH, facts);
}

async function checkCatalogue(wire: WireConnection, facts: Facts): Promise<void> {
  const collections = new Set((await wire.call('list_collections', { database: facts.database })) as string[]);
  const indexes = new Set(
    ((await wire.call('list_indexes', { database: facts.database, collection: 'extra' })) as { name: string }[]).map(
      ({ name }) => name,
    ),
  );
  for (const [kind, there] of [['collection', collections] as const, ['index', indexes] as const]) {
    for (const [name, allowed] of facts.states(kind, false, (effect) => [effect.name, effect.present])) {
      const what = `${facts.where}: ${kind} ${name}`;
      assert.ok(allowed.includes(there.has(name)), `${what} is ${there.has(name) ? 'there' : 'lost'}`);
    }
  }
}

async function checkCount(wire: WireConnection, collection: string, expected: number, facts: Facts): Promise<void> {
  const { where, database } = facts;
  const stats = (await wire.call('collection_stats', { database, name: collection })) as {
    document_count: number;
  };
  assert.equal(stats.document_count, expected, `${where}: the counter of ${collection}`);
}
