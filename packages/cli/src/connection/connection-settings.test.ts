import assert from 'node:assert/strict';
import { UsageError } from '../command-error.ts';
import { connectionSettings } from './connection-settings.ts';

describe('connectionSettings', () => {
  const local = { host: '127.0.0.1', port: 6745, user: 'admin', password: undefined };

  it('has defaults', () => assert.deepEqual(connectionSettings({}, {}), local));

  it('lets options beat variables, and variables the URL', () => {
    const url = 'cairn://ann:p%40ss@db.example:7000';
    assert.deepEqual(connectionSettings({ url }, {}), {
      host: 'db.example',
      port: 7000,
      user: 'ann',
      password: 'p@ss',
    });
    const environment = { CAIRN_URL: url, CAIRN_USER: 'bob', CAIRN_PASSWORD: 'b' };
    const { user, password } = connectionSettings({}, environment);
    assert.deepEqual([user, password], ['bob', 'b']);
    assert.equal(connectionSettings({ user: 'eve', url: 'other' }, environment).user, 'eve');
    assert.equal(connectionSettings({ url: 'other:1' }, environment).host, 'other');
  });

  it('encrypts when the URL or a certificate asks for it', () => {
    assert.equal(connectionSettings({}, {}).tls, undefined);
    assert.equal(connectionSettings({ url: 'cairns://h' }, {}).tls, true);
    assert.deepEqual(connectionSettings({ tlsCa: 'ca.pem' }, {}).tls, { caFile: 'ca.pem' });
    assert.deepEqual(connectionSettings({ tlsCert: 'c.pem', tlsKey: 'k.pem' }, { CAIRN_TLS_CA: 'a.pem' }).tls, {
      caFile: 'a.pem',
      certFile: 'c.pem',
      keyFile: 'k.pem',
    });
    assert.throws(() => connectionSettings({ tlsCert: 'c.pem' }, {}), UsageError);
    assert.equal(connectionSettings({ socket: '/run/c.sock' }, {}).path, '/run/c.sock');
  });

  it('takes IPv6 addresses', () => assert.equal(connectionSettings({ url: 'cairn://[::1]:7' }, {}).host, '::1'));

  it('refuses other protocols, and never repeats a password', () => {
    assert.throws(() => connectionSettings({ url: 'http://x' }, {}), UsageError);
    assert.throws(
      () => connectionSettings({ url: 'http://a:secret@x' }, {}),
      (error: Error) => !error.message.includes('secret'),
    );
  });
});
