import assert from 'node:assert/strict';
import { type Host, type RunningServer, resolveSettings, startServer, systemHost } from '@cairn/server';
import { SeededRandom } from '../harness/seeded-random.ts';
import { WireConnection, WireError } from '../harness/wire-connection.ts';
import type { Attack, AttackRun, Findings } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';
import { BANK, prepareBank } from './load/bank.ts';
import { BankWriter } from './load/bank-writer.ts';
import { checkBank } from './load/check-bank.ts';
import { OperationLog } from './load/operation.ts';

const DAY_MS = 86_400_000;
/** How far the wall clock may be from the truth, either way. */
const JUMP_MAX_MS = 20 * 365 * DAY_MS;
const TURNS = 12;
/** One round in so many ends with a restart: then no memory of the earlier clock is left. */
const RESTART_ONE_IN = 4;
const TRANSACTION_IDLE_MS = 60_000;
const TOKEN_LIFETIME_MS = 900_000;

/**
 * Lets the wall clock jump by up to twenty years while a server works. LSNs must go on, generated keys must grow, changes
 * must change revisions, nothing may end before its time or live past it, and the data must be what was asked for.
 */
export const clockJumps: Attack = {
  name: 'clock-jumps',
  promise: 'a wall clock that jumps moves neither LSNs nor keys back, ends nothing early and keeps nothing too long',
  shortCycles: 20,
  longCycles: 300,
  timeLimitMs: (cycles) => 60_000 + cycles * 5000,
  run: jumpAndCheck,
};

/** A host whose clocks are moved by hand, beside the time that passes. */
class JumpingHost implements Host {
  readonly #real = systemHost();
  wallOffsetMs = 0;
  passedMs = 0;
  nowMs = (): number => this.#real.nowMs() + this.passedMs + this.wallOffsetMs;
  monotonicMs = (): number => this.#real.monotonicMs() + this.passedMs;
  randomBytes = (count: number): Uint8Array => this.#real.randomBytes(count);
  readTextFile = (path: string): Promise<string> => this.#real.readTextFile(path);
}

async function jumpAndCheck({ random, cycles, folder }: AttackRun): Promise<Findings> {
  const rounds = new Rounds(folder, random);
  try {
    await rounds.prepare();
    for (let round = 0; round < cycles; round++) await rounds.round(round);
  } finally {
    await rounds.end();
  }
  return { jumps: cycles, restarts: rounds.restarts, 'last lsn': rounds.lsn };
}

class Rounds {
  readonly #folder: string;
  readonly #random: SeededRandom;
  readonly #host = new JumpingHost();
  readonly #log = new OperationLog();
  #server!: RunningServer;
  #wire!: WireConnection;
  #lastKey = '';
  lsn = 0;
  restarts = 0;

  constructor(folder: string, random: SeededRandom) {
    this.#folder = folder;
    this.#random = random;
  }

  async prepare(): Promise<void> {
    await this.#start();
    await prepareBank(this.#wire);
    await this.#wire.call('create_collection', { database: BANK, name: 'clock' });
  }

  async round(round: number): Promise<void> {
    const where = `round ${round}, wall clock off by ${this.#host.wallOffsetMs} ms`;
    const opened = await this.#openThings();
    this.#host.wallOffsetMs = this.#random.below(2 * JUMP_MAX_MS) - JUMP_MAX_MS;
    await this.#assertStillOpen(opened, where);
    await this.#assertOneLife(where);
    const random = new SeededRandom(this.#random.below(2 ** 31));
    const writer = new BankWriter({ name: `r${round}`, wire: this.#wire, log: this.#log, random });
    for (let turn = 0; turn < TURNS; turn++) await writer.turn();
    await this.#assertTokensEnd(where);
    await this.#assertIdleEnds(where);
    if (this.#random.below(RESTART_ONE_IN) === 0) await this.#restart();
    await checkBank(this.#wire, { operations: this.#log.operations, where });
  }

  async end(): Promise<void> {
    this.#wire?.close();
    await this.#server?.close();
  }

  /** A transaction with a write and a cursor. */
  async #openThings(): Promise<{ tx_id: string; cursor: string }> {
    const tx_id = (await this.#wire.call('begin_transaction', { database: BANK })) as string;
    const place = { database: BANK, collection: 'clock', tx_id };
    await this.#wire.call('insert', { ...place, document: { open: true } });
    const reply = await this.#wire.send({
      cmd: 'query',
      database: BANK,
      sdbql: 'FOR i IN 1..9 RETURN i',
      batch_size: 2,
    });
    return { tx_id, cursor: String(reply.cursor) };
  }

  async #assertStillOpen({ tx_id, cursor }: { tx_id: string; cursor: string }, where: string): Promise<void> {
    this.#server.engine.sweep();
    const reply = await this.#wire.send({ cmd: 'cursor_next', cursor, batch_size: 2 });
    assert.equal(reply.status, 'ok', `${where}: the cursor ended: ${JSON.stringify(reply)}`);
    await this.#wire.call('cursor_close', { cursor });
    const committed = await this.#wire.send({ cmd: 'commit_transaction', tx_id });
    assert.equal(committed.status, 'ok', `${where}: the transaction ended: ${JSON.stringify(committed)}`);
    this.#advance(Number(committed.lsn), where);
  }

  /** Inserts, updates and deletes one document with a generated key. */
  async #assertOneLife(where: string): Promise<void> {
    const place = { database: BANK, collection: 'clock' };
    const made = await this.#acknowledged('insert', { ...place, document: { value: 1 } }, where);
    const { _key: key, _rev: revision, _created_at: created } = made.data as Record<string, string>;
    assert.ok(key! > this.#lastKey || this.#lastKey === '', `${where}: key ${key} after ${this.#lastKey}`);
    this.#lastKey = key!;
    const changed = await this.#acknowledged('update', { ...place, key, document: { value: 2 } }, where);
    const { _rev, _created_at } = changed.data as Record<string, string>;
    assert.notEqual(_rev, revision, `${where}: the revision did not change`);
    assert.equal(_created_at, created, `${where}: the time of creation changed`);
    await this.#acknowledged('delete', { ...place, key }, where);
  }

  /** A token is good for its lifetime by the clock of the moment, and none from the future is good for longer. */
  async #assertTokensEnd(where: string): Promise<void> {
    const credentials = { database: '_system', username: 'admin', password: 'admin' };
    const { token } = (await this.#wire.call('auth', credentials)) as { token: string };
    await this.#login(token);
    const { wallOffsetMs } = this.#host;
    this.#host.wallOffsetMs = wallOffsetMs + TOKEN_LIFETIME_MS + DAY_MS;
    await this.#assertRefused(token, `${where}: a token outlived its time`);
    this.#host.wallOffsetMs = wallOffsetMs - DAY_MS;
    await this.#assertRefused(token, `${where}: a token that is made tomorrow is good today`);
    this.#host.wallOffsetMs = wallOffsetMs;
    await this.#login(token);
  }

  async #login(token: string): Promise<void> {
    const wire = await WireConnection.open(this.#server.port);
    try {
      await wire.call('auth', { token });
    } finally {
      wire.close();
    }
  }

  async #assertRefused(token: string, message: string): Promise<void> {
    await assert.rejects(
      this.#login(token),
      (error) => error instanceof WireError && error.code === 'unauthenticated',
      message,
    );
  }

  /** Time that really passes, and only that, ends an idle transaction. */
  async #assertIdleEnds(where: string): Promise<void> {
    const tx_id = (await this.#wire.call('begin_transaction', { database: BANK })) as string;
    this.#host.passedMs += TRANSACTION_IDLE_MS + 1000;
    this.#server.engine.sweep();
    const reply = await this.#wire.send({ cmd: 'commit_transaction', tx_id });
    assert.equal(reply.code, 'transaction_not_found', `${where}: an idle transaction lives on`);
  }

  async #acknowledged(cmd: string, fields: Record<string, unknown>, where: string) {
    const reply = await this.#wire.send({ cmd, ...fields });
    assert.equal(reply.status, 'ok', `${where}: ${cmd}: ${JSON.stringify(reply)}`);
    this.#advance(Number(reply.lsn), where);
    return reply;
  }

  #advance(lsn: number, where: string): void {
    assert.ok(lsn > this.lsn, `${where}: LSN ${lsn} after ${this.lsn}`);
    this.lsn = lsn;
  }

  async #restart(): Promise<void> {
    await this.end();
    this.#lastKey = ''; // keys grow within one process
    this.restarts++;
    await this.#start();
  }

  async #start(): Promise<void> {
    const flags = {
      port: 0,
      dataDir: this.#folder,
      logLevel: 'silent',
      transactionIdleMs: TRANSACTION_IDLE_MS,
      tokenLifetimeMs: TOKEN_LIFETIME_MS,
    };
    const settings = resolveSettings({ flags, environment: { CAIRN_ADMIN_PASSWORD: 'admin' } });
    this.#server = await startServer(settings, this.#host);
    this.#wire = await WireConnection.login(this.#server.port);
  }
}

if (import.meta.main) await runAlone(clockJumps);
