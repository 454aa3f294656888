import assert from 'node:assert/strict';
import { COMMANDS, type CommandDefinition, commandByName } from '@cairn/protocol/internal';
import { resolveSettings, startServer } from '@cairn/server';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { DIRECTLY, IN_A_BATCH, runMatrix, type Way } from './matrix.ts';
import { CALLERS, SecuredServer } from './secured-server.ts';
import { statedNeed } from './statement.ts';

describe('who may use which command where', function () {
  this.timeout(180_000);
  let server: SecuredServer;
  before(async () => {
    server = await SecuredServer.start();
  });
  after(() => server?.close());

  for (const way of [DIRECTLY, IN_A_BATCH] satisfies Way[]) {
    it(`is what the statement says in every cell, ${way.name}`, async () => {
      const commands = COMMANDS.filter(({ name }) => way === DIRECTLY || name !== 'auth');
      const { cells, differences } = await runMatrix(server, way, commands);
      assert.deepEqual(differences, []);
      assert.ok(cells >= commands.length * CALLERS.length, `${cells} cells`);
    });
  }

  it('is found to be wrong when a rule is missing or too weak', async () => {
    const planted: [string, (access: { action: string; scope: string }) => void][] = [
      [
        'delete_collection_schema',
        (access) => {
          access.action = 'write';
        },
      ],
      [
        'list_users',
        (access) => {
          access.action = 'read';
        },
      ],
      [
        'bulk_insert',
        (access) => {
          access.action = 'read';
        },
      ],
      [
        'query',
        (access) => {
          access.action = 'execute';
        },
      ],
    ];
    for (const [name, plant] of planted) {
      const command: CommandDefinition = commandByName(name)!;
      const access = command.access as { action: string; scope: string };
      const before = { ...access };
      plant(access);
      try {
        const { differences } = await runMatrix(server, DIRECTLY, [command]);
        assert.ok(differences.length > 0, `the weak rule of ${name} was not found`);
        assert.ok(
          differences.some(({ expected, seen }) => expected === 'denied' && seen === 'allowed'),
          name,
        );
      } finally {
        Object.assign(access, before);
      }
    }
  });

  it('is found to be wrong when rights themselves are', async () => {
    const { rights } = server;
    const { allowsGlobally, allowsIn, allowsOn, allowsSomewhereIn } = rights as Required<typeof rights>;
    const planted: { [method: string]: (this: unknown, ...given: string[]) => boolean } = {
      allowsGlobally: () => true,
      // Forgets which database it was asked for.
      allowsIn(_database, action) {
        return allowsIn!.call(this as never, 'own', action!);
      },
      // Forgets which collection it was asked for.
      allowsOn(database, _collection, action) {
        return allowsOn!.call(this as never, database!, 'things', action!);
      },
      // Takes whoever may read for one who may do anything.
      allowsSomewhereIn(database, _action) {
        return allowsIn!.call(this as never, database!, 'execute');
      },
    };
    const before: { [method: string]: unknown } = { allowsGlobally, allowsIn, allowsOn, allowsSomewhereIn };
    const commands = COMMANDS.filter(({ name }) => ['list_users', 'list', 'list_queues', 'query'].includes(name));
    for (const method of Object.keys(planted)) {
      Object.assign(rights, { [method]: planted[method] });
      try {
        const { differences } = await runMatrix(server, DIRECTLY, commands);
        assert.ok(differences.length > 0, `the fault in ${method} was not found`);
      } finally {
        Object.assign(rights, { [method]: before[method] });
      }
    }
    assert.deepEqual((await runMatrix(server, DIRECTLY, commands)).differences, []);
  });

  it('is stated for every command', () => {
    const unstated = COMMANDS.map(({ name }) => name).filter((name) => statedNeed(name) === undefined);
    assert.deepEqual(unstated, [], 'say in statement.ts what these ask for');
  });

  it('lets no server start with a command that has no rule', async () => {
    const folder = temporaryFolder('no-rule');
    const settings = resolveSettings({
      flags: { port: 0, dataDir: folder.path, adminPassword: 'some long password', logLevel: 'silent' },
    });
    const commands = COMMANDS as unknown as CommandDefinition[];
    for (const access of [undefined, 'everybody', { action: 'read' }, { action: 'read', scope: 'galaxy' }]) {
      commands.push({ ...commandByName('ping')!, name: 'sneaky', access: access as never });
      try {
        await assert.rejects(startServer(settings), /sneaky/, JSON.stringify(access));
      } finally {
        commands.pop();
      }
    }
    const server = await startServer(settings);
    await server.close();
    folder.remove();
  });
});
