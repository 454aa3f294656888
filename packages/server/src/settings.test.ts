import assert from 'node:assert/strict';
import { CairnError } from '@cairn/protocol/internal';
import { parseConfigFile, resolveSettings, SETTINGS } from './settings.ts';

describe('resolveSettings', () => {
  it('lets flags beat CAIRN_ variables, these SOLIDB_ ones, and all of them the file', () => {
    const file = { port: 1 };
    const solidb = { SOLIDB_PORT: '2' };
    const cairn = { ...solidb, CAIRN_PORT: '3' };
    assert.equal(resolveSettings({}).port, 6745);
    assert.equal(resolveSettings({ file }).port, 1);
    assert.equal(resolveSettings({ file, environment: solidb }).port, 2);
    assert.equal(resolveSettings({ file, environment: cairn }).port, 3);
    assert.equal(resolveSettings({ file, environment: cairn, flags: { port: '4' } }).port, 4);
  });

  it('takes empty variables and undefined flags as absent', () => {
    assert.equal(resolveSettings({ environment: { CAIRN_PORT: '' }, flags: { port: undefined } }).port, 6745);
  });

  it('understands switches in every source', () => {
    assert.equal(resolveSettings({}).legacyPools, false);
    assert.equal(resolveSettings({ flags: { legacyPools: true } }).legacyPools, true);
    assert.equal(resolveSettings({ environment: { CAIRN_LEGACY_POOLS: '1' } }).legacyPools, true);
    assert.equal(resolveSettings({ environment: { CAIRN_LEGACY_POOLS: 'false' } }).legacyPools, false);
    assert.equal(resolveSettings({ environment: { CAIRN_LEGACY_POOLS: 'off' } }).legacyPools, false);
    assert.throws(
      () => resolveSettings({ file: { legacyPools: 'maybe' } }),
      /\(the config file\): must be true or false/,
    );
  });

  it('names what it refuses', () => {
    const refused = (sources: Parameters<typeof resolveSettings>[0], words: RegExp) =>
      assert.throws(
        () => resolveSettings(sources),
        (error) => error instanceof CairnError && words.test(error.message),
      );
    refused({ flags: { port: 'many' } }, /setting port/);
    refused({ flags: { port: 70_000 } }, /setting port/);
    refused({ file: { prot: 1 } }, /prot/);
    refused({ environment: { CAIRN_LOG_LEVEL: 'loud' } }, /setting logLevel \(CAIRN_LOG_LEVEL\)/);
  });

  it('says where a value comes from and what is wanted', () => {
    const message = (sources: Parameters<typeof resolveSettings>[0]) => {
      try {
        return String(resolveSettings(sources).port);
      } catch (error) {
        return (error as Error).message;
      }
    };
    const wanted = 'must be a whole number from 0 to 65535';
    for (const port of ['many', '', ' ', '0x10', '1e9', '1.5', '-1', '65536']) {
      assert.equal(message({ flags: { port } }), `setting port (--port): ${wanted}`, port);
    }
    assert.equal(message({ environment: { CAIRN_PORT: 'x' } }), `setting port (CAIRN_PORT): ${wanted}`);
    for (const port of [null, true, [7000], '', 1.5]) {
      assert.equal(message({ file: { port } }), `setting port (the config file): ${wanted}`, String(port));
    }
    assert.equal(message({ flags: { port: ' 7000' } }), '7000');
    assert.equal(resolveSettings({ environment: { CAIRN_TRACE_SAMPLE: '.5' } }).traceSample, 0.5);
    assert.equal(resolveSettings({ flags: { queryTimeoutMs: '1e3' } }).queryTimeoutMs, 1000);
  });

  it('refuses settings that do not go together', () => {
    for (const flags of [
      { tlsCert: 'a' },
      { tlsKey: 'a' },
      { tlsRequired: true },
      { tlsClientCa: 'a' },
      { corsCredentials: true, corsOrigins: '*' },
    ]) {
      assert.throws(() => resolveSettings({ flags }), /^CairnError: setting (tls|cors)/, JSON.stringify(flags));
    }
  });

  it('documents every setting once', () => {
    const names = SETTINGS.map((one) => one.name).sort();
    assert.equal(new Set(names).size, names.length);
    const withoutDefault = [
      'adminPassword',
      'backupDir',
      'tlsCert',
      'tlsClientCa',
      'tlsKey',
      'tokenSecret',
      'unixSocket',
    ];
    const flags = Object.fromEntries(withoutDefault.map((name) => [name, 'x'.repeat(32)]));
    const known = Object.keys(resolveSettings({ flags: { ...flags, traceEndpoint: 'http://127.0.0.1:4318' } })).sort();
    assert.deepEqual(names, known);
  });
});

describe('parseConfigFile', () => {
  it('takes one JSON object', () => {
    assert.deepEqual(parseConfigFile('{"port": 7000}'), { port: 7000 });
    assert.deepEqual(parseConfigFile('\uFEFF{}'), {});
    for (const text of ['', '[]', 'null', '{port: 1}']) {
      assert.throws(
        () => parseConfigFile(text),
        (error) => error instanceof CairnError,
      );
    }
  });
});
