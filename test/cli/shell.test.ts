import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { cairn } from '../harness/cairn-command.ts';
import { ServedShop } from '../harness/served-shop.ts';

const MAIN = resolve(import.meta.dirname, '../../packages/cli/src/main.ts');
const COLOUR = /\u001b\[[0-9;]*m/;

/** A shell on a pseudo terminal, which the command `script` lends. */
class TerminalShell {
  readonly #child: ChildProcess;
  #shown = '';

  constructor(args: readonly string[], environment: Readonly<Record<string, string>>) {
    const command = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ');
    this.#child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { ...process.env, NO_COLOR: '', TERM: 'xterm', ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout!.on('data', (chunk: Buffer) => {
      this.#shown += chunk.toString('utf8');
    });
  }

  /** Types keys and waits for what they make the terminal show. */
  async type(keys: string, wanted: RegExp): Promise<string> {
    this.#shown = '';
    this.#child.stdin!.write(keys);
    return this.see(wanted);
  }

  async see(wanted: RegExp): Promise<string> {
    for (let waitedMs = 0; !wanted.test(this.#shown); waitedMs += 20) {
      if (waitedMs > 15_000)
        throw new Error(`the terminal does not show ${wanted}, but ${JSON.stringify(this.#shown)}`);
      await new Promise((done) => setTimeout(done, 20));
    }
    return this.#shown;
  }

  /** Types keys that make the command end; answers its exit code. */
  async leave(keys: string): Promise<number | null> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin!.write(keys);
    return (await ended)[0] as number | null;
  }

  /** Hangs up, as a closed window does. */
  end(): void {
    this.#child.kill('SIGKILL');
  }
}

describe('cairn shell', function () {
  this.timeout(60_000);

  const shop = new ServedShop('shell');
  let environment: Readonly<Record<string, string>>;

  before(async () => {
    environment = { ...shop.environment, CAIRN_HISTORY: join(shop.folder.path, 'history') };
    await shop.client.database('shop').collections.create('travellers');
    await shop.client
      .database('shop')
      .collection('travellers')
      .bulkInsert([{ _key: 'a', nickname: 'Ann', age: 'old' }]);
  });

  const piped = (input: string) => cairn(['shell', 'shop'], { environment, input });

  it('lays out, explains and helps', async () => {
    const { stdout, stderr } = await piped(
      '.format for t in travellers return t\n.explain FOR t IN travellers RETURN t\n.help upper\n.help for\n',
    );
    assert.equal(stderr, '');
    assert.match(stdout, /^FOR t IN travellers\n {2}RETURN t\nscan t IN travellers {2}\(about 1 row\)\n/);
    assert.match(stdout, /UPPER\(text: string\)\n {2}The text in capital letters/);
    assert.match(stdout, /FOR name IN collection-or-array/);
  });

  it('speaks SQL when asked to, and shows what it becomes', async () => {
    const { stdout } = await piped(
      '.format ndjson\n.sql on\nSELECT nickname FROM travellers\n.explain\n.sql off\nRETURN 1\n',
    );
    assert.match(stdout, /^statements are SQL\n\{"nickname":"Ann"\}\nFOR doc IN travellers\n {2}RETURN/);
    assert.match(stdout, /statements are SDBQL\n1\n$/);
  });

  it('puts a caret under a mistake, whoever finds it', async () => {
    const { stdout, stderr, exitCode } = await piped(
      'FOR t IN travellers\n  RETURN x.y\nRETURN 1 +* 2\n.explain RETURN u\n',
    );
    assert.equal(stdout, '');
    assert.equal(exitCode, 1);
    assert(
      stderr.startsWith("  RETURN x.y\n         ^\nVariable 'x' not found (not_found)\nRETURN 1 +* 2\n          ^\n"),
      stderr,
    );
    assert.match(stderr, /RETURN u\n {7}\^\nVariable 'u' not found/);
  });

  it('says on standard error what a query passed over', async () => {
    const query = 'FOR t IN travellers FILTER UPPER(t.none ?? 1) == "X" RETURN t';
    const warned = { stdout: '[]\n', stderr: 'cairn: warning: FILTER dropped 1 rows whose condition failed\n' };
    const inShell = await piped(`${query}\n`);
    const asCommand = await cairn(['query', 'shop', query], { environment });
    for (const { stdout, stderr } of [inShell, asCommand]) assert.deepEqual({ stdout, stderr }, warned);
  });

  it('says on standard error how many documents a statement changed', async () => {
    const query = 'FOR i IN 1..1200 INSERT {i} INTO counted';
    await shop.client.database('shop').collections.create('counted');
    const inserted = await cairn(['query', 'shop', query], { environment });
    assert.deepEqual([inserted.stdout, inserted.stderr], ['[]\n', '1,200 documents inserted\n']);
    const { stderr } = await piped('FOR c IN counted FILTER c.i == 1 REMOVE c IN counted\nRETURN 1\n');
    assert.equal(stderr, '1 document deleted\n');
  });

  it('does not begin on a database that there is not', async () => {
    const { exitCode, stderr } = await cairn(['shell', 'nowhere'], { environment, input: 'RETURN 1\n' });
    assert.deepEqual([exitCode, stderr], [1, 'cairn: there is no database nowhere\n']);
  });

  it('says of streams and views that they are not available yet', async () => {
    const { stderr } = await piped(
      'CREATE STREAM s AS FOR t IN travellers RETURN t\nCREATE MATERIALIZED VIEW v AS FOR t IN travellers RETURN t\nREFRESH MATERIALIZED VIEW v\n',
    );
    assert.equal(stderr.match(/(streams|views) are not available yet/g)?.length, 3);
  });

  describe('on a terminal', () => {
    let shell: TerminalShell | undefined;

    afterEach(() => shell?.end());

    before(function () {
      if (spawnSync('script', ['--version']).status !== 0) this.skip();
    });

    it('completes names, colours what is typed, and runs it', async () => {
      shell = new TerminalShell(['shell', 'shop'], environment);
      await shell.see(/shop> /);
      await shell.type('FOR t IN trav', /trav/);
      await shell.type('\t', /travellers/);
      await shell.type(' RETURN t.nick', /nick/);
      const painted = await shell.type('\t', /nickname/);
      assert.match(painted, COLOUR);
      assert.match(await shell.type('\r', /1 row/), /Ann/);
      await shell.type('.he', /he/);
      await shell.type('\t', /\.help/);
    });

    it('ends in order with Ctrl-D, also while a statement runs', async () => {
      shell = new TerminalShell(['shell', 'shop'], environment);
      await shell.see(/shop> /);
      await shell.type('RETURN SLEEP(300);\r', /SLEEP\(300\);/);
      assert.equal(await shell.leave('\x04'), 0);
    });

    it('stops a running piece of script with Ctrl-C, and leaves with another one', async () => {
      shell = new TerminalShell(['repl', 'shop'], environment);
      await shell.see(/lua> /);
      await shell.type('while true do end\r', /do end[\r\n]+/);
      await shell.type('\x03', /cancelled.*\n.*lua> /s);
      await shell.type('return 6 * 7\r', /42.*lua> /s);
      assert.equal(await shell.leave('\x03'), 0);
    });

    it('writes no colours where NO_COLOR asks for none', async () => {
      shell = new TerminalShell(['shell', 'shop'], { ...environment, NO_COLOR: '1' });
      await shell.see(/shop> /);
      const shown = await shell.type('RETURN "x', /x/);
      assert.doesNotMatch(shown + (await shell.type('yz"\r', /1 row/)), COLOUR);
    });
  });
});
