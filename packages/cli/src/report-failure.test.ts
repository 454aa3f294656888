import assert from 'node:assert/strict';
import { CommandError, InterruptedError, UsageError } from './command-error.ts';
import { reportFailure } from './report-failure.ts';

describe('reportFailure', () => {
  const report = (error: unknown) => {
    let text = '';
    const exitCode = reportFailure(error, { write: (part) => (text += part) });
    return [exitCode, text];
  };
  const coded = (message: string, code: string, cause?: Error) =>
    Object.assign(new Error(message, { cause }), { code });

  it('says one line, and tells programs by the exit code', () => {
    assert.deepEqual(report(new CommandError('no')), [1, 'cairn: no\n']);
    assert.deepEqual(report(new UsageError('bad flag')), [2, 'cairn: bad flag\n']);
    assert.deepEqual(report(new InterruptedError()), [130, 'cairn: stopped\n']);
    assert.deepEqual(report(coded('refused', 'ECONNREFUSED')), [3, 'cairn: refused\n']);
    assert.deepEqual(report(coded('wrong\npassword', 'unauthenticated')), [
      4,
      'cairn: wrong password (unauthenticated)\n',
    ]);
    assert.deepEqual(report(coded('x', 'internal', coded('y', 'ECONNRESET'))), [3, 'cairn: x (internal)\n']);
  });

  it('lets no server steer the terminal', () =>
    assert.deepEqual(report(new Error('\x1b[2J')), [1, 'cairn: \\u{1b}[2J\n']));
});
