import assert from 'node:assert/strict';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { Session } from '../../runner/session.ts';
import { ADMIN_PASSWORD, TestEngine } from '../../testing/test-engine.ts';

/** The database whose collections have rules, and the one that holds what they let `ann` see, and no rules. */
export const RULED = 'ruled';
export const SHOWN = 'shown_';

const PEOPLE = 1_500;
const OWNERS = ['ann', 'bob', 'eve'];

interface Person extends ValueObject {
  _key: string;
  owner: string;
}

/**
 * Two databases: in one the rules of its collections keep documents and fields from `ann`; the other is what a few lines of
 * JavaScript say that she may see. Whatever she asks must have the same answer in both.
 */
export class ShownCopy {
  readonly test: TestEngine;
  readonly ann: Session;
  readonly admin: Session;

  private constructor(test: TestEngine) {
    this.test = test;
    this.ann = test.session('ann');
    this.admin = test.session();
  }

  static async open(flags: Record<string, unknown>): Promise<ShownCopy> {
    const test = await TestEngine.open(flags);
    await test.data(test.session(), 'create_user', { username: 'ann', password: `${ADMIN_PASSWORD} ann` });
    await test.data(test.session(), 'assign_role', { username: 'ann', role: 'viewer' });
    const copy = new ShownCopy(test);
    const people = Array.from({ length: PEOPLE }, (_, number) => person(number));
    const links = Array.from({ length: PEOPLE }, (_, number) => link(number));
    await copy.#fill(RULED, people, links);
    await copy.#fill(
      SHOWN,
      people.filter(isShownToAnn).map(withoutSecrets),
      links.filter(({ open }) => open === true),
    );
    await copy.#rule();
    return copy;
  }

  async #fill(database: string, people: Value[], links: Value[]): Promise<void> {
    const { test, admin } = this;
    await test.data(admin, 'create_database', { name: database });
    await test.data(admin, 'create_collection', { database, name: 'people' });
    await test.data(admin, 'create_collection', { database, name: 'links', type: 'edge' });
    await test.data(admin, 'create_collection', { database, name: 'plain' });
    const index = (name: string, fields: string[], more: ValueObject = {}) =>
      test.data(admin, 'create_index', { database, collection: 'people', name, fields, ...more });
    await index('by_n', ['n']);
    await index('by_owner_n', ['owner', 'n']);
    await index('by_team', ['team']);
    await index('by_tag', ['tags[*]']);
    await index('by_secret', ['secret']);
    await index('by_closed', ['inner.closed']);
    await index('by_words', ['words'], { type: 'fulltext' });
    await test.data(admin, 'bulk_insert', { database, collection: 'people', documents: people });
    await test.data(admin, 'bulk_insert', { database, collection: 'links', documents: links });
    const plain = Array.from({ length: 60 }, (_, number) => ({ _key: key(number * 3), n: number, team: number % 5 }));
    await test.data(admin, 'bulk_insert', { database, collection: 'plain', documents: plain });
  }

  async #rule(): Promise<void> {
    const hidden: Value = [{ path: 'secret', unless: ['hr'] }, 'inner.closed', 'rows.price'];
    // Keys see what ann sees.
    const name = '(STARTS_WITH(@user.username, "api-key:") ? "ann" : @user.username)';
    const read = `doc.owner == ${name} OR "hr" IN @user.roles OR STARTS_WITH(doc._id, "ruled:people/k0003")`;
    await this.test.data(this.admin, 'set_collection_rules', { database: RULED, collection: 'people', read, hidden });
    await this.test.data(this.admin, 'set_collection_rules', {
      database: RULED,
      collection: 'links',
      read: 'doc.open',
    });
  }

  /** Has the same answer where rules hide and where nothing is that they would. */
  async requireSame(
    cmd: string,
    fields: ValueObject,
    compare: (reply: Value) => Value = (reply) => reply,
    who = this.ann,
  ): Promise<void> {
    const [ruled, shown] = [
      await this.#ask(who, cmd, { ...fields, database: RULED }),
      await this.#ask(who, cmd, { ...fields, database: SHOWN }),
    ];
    assert.deepEqual(compare(ruled), compare(shown), `${cmd} ${JSON.stringify(fields)}`);
  }

  async #ask(who: Session, cmd: string, fields: ValueObject & { readonly database: string }): Promise<Value> {
    const { database } = fields;
    const reply = await this.test.send(who, cmd, fields);
    const { status, code = null, data = null, count = null } = reply;
    return neutral({ status, code, data, count }, database);
  }
}

export function key(number: number): string {
  return `k${String(number).padStart(5, '0')}`;
}

function person(number: number): Person {
  return {
    _key: key(number),
    owner: OWNERS[number % OWNERS.length]!,
    n: (number * 7919) % 1000,
    team: number % 17,
    tags: [`t${number % 4}`, `t${number % 6}`],
    words: `word${number % 9} common`,
    secret: number * 31,
    inner: { open: number % 3, closed: number % 11 },
    rows: [
      { name: `a${number % 3}`, price: number },
      { name: 'b', price: -number },
    ],
  };
}

function link(number: number): ValueObject {
  const to = (number * 13 + 1) % PEOPLE;
  return {
    _key: key(number),
    _from: `people/${key(number)}`,
    _to: `people/${key(to)}`,
    open: number % 2 === 0,
    cost: number % 7,
  };
}

function isShownToAnn({ owner, _key }: Person): boolean {
  return owner === 'ann' || _key.startsWith('k0003');
}

function withoutSecrets({ secret: _secret, inner, rows: _rows, ...shown }: Person): ValueObject {
  const { open } = inner as { open: number };
  const rows = (_rows as ValueObject[]).map(({ name }) => ({ name }));
  return { ...shown, inner: { open }, rows } as ValueObject;
}

/** What is different in two databases by nature is left out: names, revisions, times. */
function neutral(value: Value, database: string): Value {
  if (typeof value === 'string')
    return value.startsWith(`${database}:`) ? `x:${value.slice(database.length + 1)}` : value;
  if (Array.isArray(value)) return value.map((one) => neutral(one, database));
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  const members = Object.entries(value).filter(([name]) => !['_rev', '_created_at', '_updated_at'].includes(name));
  return Object.fromEntries(members.map(([name, one]) => [name, neutral(one, database)]));
}
