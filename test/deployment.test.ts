import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS } from '@cairn/server';
import { ServerProcess } from './harness/server-process.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const VARIABLES = new Set(SETTINGS.flatMap(({ variables }) => variables));

describe('the files for deployment', () => {
  it('start the server with the allocator’s settings of the start script', () => {
    const start = (JSON.parse(read('package.json')) as { scripts: { start: string } }).scripts.start;
    const settings = start.match(/MALLOC_\w+=\d+|--max-semi-space-size=\d+/g)!;
    assert.equal(settings.length, 4);
    const container = read('deploy/Dockerfile');
    const unit = read('deploy/cairn.service');
    for (const setting of settings) {
      assert.ok(container.includes(setting), `Dockerfile: ${setting}`);
      assert.ok(unit.includes(setting), `cairn.service: ${setting}`);
    }
  });

  it('name settings that there are', () => {
    for (const path of ['Dockerfile', 'compose.yaml', 'cairn.service', 'cairn.env.example']) {
      const named = read(`deploy/${path}`).match(/\bCAIRN_[A-Z_]+[A-Z]/g) ?? [];
      assert.ok(named.length > 0, path);
      for (const variable of named) assert.ok(VARIABLES.has(variable), `${path}: ${variable}`);
    }
  });

  it('wait longer for a stop than the server takes to drain', () => {
    const seconds = (path: string, pattern: RegExp) => Number(pattern.exec(read(path))![1]);
    assert.ok(seconds('deploy/compose.yaml', /stop_grace_period: (\d+)s/) > 10);
    assert.ok(seconds('deploy/cairn.service', /TimeoutStopSec=(\d+)/) > 10);
  });

  it('run the server as nobody in particular, and without a compiler', () => {
    const container = read('deploy/Dockerfile');
    assert.match(container, /^USER node$/m);
    assert.match(container, /^HEALTHCHECK /m);
    assert.doesNotMatch(container, /apt-get|build-essential|g\+\+|make /);
    assert.match(read('deploy/cairn.service'), /^User=cairn$/m);
  });

  it('alert on metrics that there are, and the guide lists none that there are not', async function () {
    this.timeout(30_000);
    const folder = temporaryFolder('deployment');
    const server = await ServerProcess.start({ dataDir: folder.path });
    try {
      await fetch(`http://127.0.0.1:${server.port}/health`);
      const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
      const known = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!));
      for (const [, name] of text.matchAll(/^# TYPE (\S+) histogram$/gm)) {
        for (const suffix of ['bucket', 'sum', 'count']) known.add(`${name}_${suffix}`);
      }
      for (const path of ['deploy/prometheus-alerts.yaml', 'docs/guide/operating.md']) {
        const named = read(path).match(/\b(cairn|nodejs|process)_[a-z0-9_]+[a-z]/g) ?? [];
        // Made when there is a tracer.
        const wanted = named.filter((name) => !name.startsWith('cairn_trace_'));
        assert.ok(wanted.length > 4, path);
        for (const name of wanted) assert.ok(known.has(name), `${path}: ${name}`);
      }
    } finally {
      await server.stop();
      folder.remove();
    }
  });
});
