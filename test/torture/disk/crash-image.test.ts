import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeededRandom } from '../../harness/seeded-random.ts';
import { temporaryFolder } from '../../harness/temporary-folder.ts';
import { readTrace } from '../strace/trace.ts';
import { type PowerCut, writeCrashImage } from './crash-image.ts';
import { RecordedDisk } from './recorded-disk.ts';

/** One file that is flushed, one that is written through, a name that its folder keeps and one that it does not. */
const TRACE = [
  '1 mkdir("/d/log", 0777) = 0',
  '1 openat(AT_FDCWD</>, "/d", O_RDONLY) = 5</d>',
  '1 fsync(5</d>) = 0',
  '1 openat(AT_FDCWD</>, "/d/log/next", O_WRONLY|O_CREAT, 0666) = 3</d/log/next>',
  '1 pwrite64(3</d/log/next>, "aaaa", 4, 0) = 4',
  '1 fdatasync(3</d/log/next>) = 0',
  '1 pwrite64(3</d/log/next>, "bb", 2, 2) = 2',
  '1 rename("/d/log/next", "/d/log/1") = 0',
  '1 openat(AT_FDCWD</>, "/d/log", O_RDONLY) = 6</d/log>',
  '1 fsync(6</d/log>) = 0',
  '1 openat(AT_FDCWD</>, "/d/log/1", O_WRONLY|O_DSYNC) = 4</d/log/1>',
  '1 pwrite64(4</d/log/1>, "cc", 2, 600) = 2',
  '1 openat(AT_FDCWD</>, "/d/log/2", O_WRONLY|O_CREAT, 0666) = 7</d/log/2>',
];

describe('a crash image', () => {
  const folder = temporaryFolder('crash-image');
  const trace = join(folder.path, 'trace');
  const image = join(folder.path, 'image');
  let disk: RecordedDisk;
  before(() => {
    writeFileSync(trace, `${TRACE.join('\n')}\n`);
    disk = new RecordedDisk('/d', readTrace(trace));
  });
  after(() => folder.remove());

  function imageAt(at: number, cut: Partial<PowerCut> = {}): void {
    rmSync(image, { recursive: true, force: true });
    const rest = { survival: 'none', naming: 'any', sectorBytes: 512, random: new SeededRandom(7) } as const;
    writeCrashImage(disk, { ...rest, ...cut, at }, image);
  }

  it('keeps what was flushed, and of the rest what it is told to keep', () => {
    imageAt(10);
    assert.equal(readFileSync(join(image, 'log/1'), 'latin1'), 'aaaa');
    imageAt(10, { survival: 'all' });
    assert.equal(readFileSync(join(image, 'log/1'), 'latin1'), 'aabb');
    assert.ok(!existsSync(join(image, 'log/next')));
  });

  it('keeps what was written through although earlier writes are lost, and zeros between', () => {
    imageAt(12);
    const bytes = readFileSync(join(image, 'log/1'));
    assert.equal(bytes.length, 602);
    assert.equal(bytes.toString('latin1', 0, 4), 'aaaa');
    assert.equal(bytes.toString('latin1', 598), '\0\0cc');
  });

  it('may lose a name that its folder has not flushed, and never one that it has', () => {
    const seen = new Set<boolean>();
    for (let seed = 0; seed < 40; seed++) {
      imageAt(13, { random: new SeededRandom(seed) });
      assert.ok(existsSync(join(image, 'log/1')));
      seen.add(existsSync(join(image, 'log/2')));
    }
    assert.equal(seen.size, 2);
  });

  it('keeps nothing for sure of a disk that disregards flushes', () => {
    imageAt(13, { disregardsFlushes: true, naming: 'ordered' });
    const path = join(image, 'log/1');
    assert.ok(!existsSync(path) || readFileSync(path).length === 0);
  });

  it('refuses a recording that it cannot replay', () => {
    writeFileSync(trace, `${[...TRACE, '1 truncate("/d/log/1", 5) = 0'].join('\n')}\n`);
    assert.throws(() => new RecordedDisk('/d', readTrace(trace)), /cannot replay truncate/);
    const map = '1 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 4</d/log/1>, 0) = 0x7f';
    writeFileSync(trace, `${[...TRACE, map].join('\n')}\n`);
    assert.throws(() => new RecordedDisk('/d', readTrace(trace)), /through a map/);
  });
});
