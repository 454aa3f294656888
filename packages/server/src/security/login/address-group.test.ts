import assert from 'node:assert/strict';
import { addressGroup } from './address-group.ts';

describe('addressGroup', () => {
  it('takes an IPv6 network for one caller, however it is written', () => {
    for (const address of ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::9', '2001:db8:1:2:ffff::']) {
      assert.equal(addressGroup(address), '2001:db8:1:2::/64');
    }
    assert.equal(addressGroup('fe80::1%eth0'), 'fe80:0:0:0::/64');
    assert.equal(addressGroup('::1'), '0:0:0:0::/64');
  });

  it('leaves other addresses as they are', () => {
    assert.equal(addressGroup('127.0.0.1'), '127.0.0.1');
    assert.equal(addressGroup('::ffff:10.0.0.7'), '10.0.0.7');
    for (const none of ['unix', 'unknown', '']) assert.equal(addressGroup(none), none);
  });
});
