import assert from 'node:assert/strict';
import { CairnError } from '@cairn/protocol';
import { classifyFailure } from './failure-class.ts';

describe('classifyFailure', () => {
  it('tells whose fault an error is', () => {
    assert.equal(classifyFailure(new CairnError('unique_violation', 'x')), 'document');
    assert.equal(classifyFailure(new CairnError('overloaded', 'x', { retryable: true })), 'retry');
    assert.equal(classifyFailure(new CairnError('timeout', 'x')), 'uncertain');
    assert.equal(classifyFailure(new CairnError('internal', 'lost', { spoils: 'connection' })), 'uncertain');
    assert.equal(classifyFailure(new CairnError('permission_denied', 'x')), 'fatal');
    assert.equal(classifyFailure(new CairnError('storage_full', 'x')), 'fatal');
    assert.equal(classifyFailure(new TypeError('x')), 'fatal');
    assert.equal(classifyFailure('x'), 'fatal');
  });
});
