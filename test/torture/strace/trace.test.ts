import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../harness/temporary-folder.ts';
import { readTrace } from './trace.ts';

const TRACE = [
  `71 openat(AT_FDCWD</work>, "/d/log/next", O_WRONLY|O_CREAT|O_DSYNC, 0666) = 25</d/log/next>`,
  String.raw`8102 pwrite64(25</d/log/next>, "a\0\17\"\\\377,)\n", 9, 4096) = 9`,
  String.raw`71 writev(26<TCP:[127.0.0.1:40->127.0.0.1:50]>, [{iov_base="ab", iov_len=2}, {iov_base="\1", iov_len=1}], 2 <unfinished ...>`,
  `8102 fdatasync(25</d/log/next>)        = -1 EIO (Input/output error) (INJECTED)`,
  `71 <... writev resumed>)          = 3`,
  `8102 pwrite64(25</d/log/next>, "cut"..., 900, 0 <unfinished ...>`,
  '8102 +++ killed by SIGKILL +++',
].join('\n');

describe('a trace', () => {
  const folder = temporaryFolder('trace');
  after(() => folder.remove());

  it('gives calls in the order of their beginnings, with all bytes, across lines that others break into', () => {
    const path = join(folder.path, 'trace');
    writeFileSync(path, `${TRACE}\n`);
    const calls = readTrace(path);
    assert.deepEqual(
      calls.map(({ name, thread, began, ended }) => [name, thread, began, ended]),
      [
        ['openat', 71, 1, 1],
        ['pwrite64', 8102, 2, 2],
        ['writev', 71, 3, 5],
        ['fdatasync', 8102, 4, 4],
        ['pwrite64', 8102, 6, Number.POSITIVE_INFINITY],
      ],
    );
    const [opened, written, sent, failed, cut] = calls;
    assert.equal(opened!.result, '25</d/log/next>');
    assert.deepEqual(written!.arguments, [
      { kind: 'descriptor', number: 25, path: '/d/log/next' },
      { kind: 'bytes', bytes: Buffer.from([97, 0, 15, 34, 92, 255, 44, 41, 10]), isCut: false },
      { kind: 'word', text: '9' },
      { kind: 'word', text: '4096' },
    ]);
    assert.deepEqual(sent!.arguments[0], { kind: 'descriptor', number: 26, path: 'TCP:[127.0.0.1:40->127.0.0.1:50]' });
    assert.ok(sent!.arguments[1]!.kind === 'list' && sent!.arguments[1].items.length === 2);
    assert.match(failed!.result, /INJECTED/);
    assert.ok(cut!.arguments[1]!.kind === 'bytes' && cut!.arguments[1].isCut);
  });
});
