import assert from 'node:assert/strict';
import { ImageProcess } from './image-process.ts';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

describe('work on pictures', function () {
  this.timeout(20_000);
  const images = new ImageProcess();
  after(() => images.close());

  async function size(operations: Record<string, unknown>): Promise<unknown[]> {
    const { width, height, format } = await images.process(PIXEL, operations);
    return [width, height, format];
  }

  it('does what is asked for, in its order', async () => {
    assert.deepEqual(await size({ resize: { width: 8, height: 4 }, rotate: 90, format: 'jpeg' }), [4, 8, 'jpeg']);
    assert.deepEqual(await size({ resize: { width: 8 } }), [8, 8, 'png']);
    const cropped = { resize: { width: 8, height: 8 }, crop: { x: 1, y: 1, width: 3, height: 2 } };
    assert.deepEqual(await size(cropped), [3, 2, 'png']);
    assert.deepEqual(await size({ crop: { x: 1, y: 1, width: 3, height: 2 } }), [1, 1, 'png']);
    const all = { flip: 'h', grayscale: true, blur: 1, brightness: 10, contrast: -20, format: 'webp', quality: 50 };
    assert.deepEqual(await size({ thumbnail: { width: 5, height: 9 }, ...all }), [5, 5, 'webp']);
  });

  it('says what is wrong with a picture', async () => {
    await assert.rejects(images.process(Buffer.from('nonsense'), {}), /failed to load image/);
    await assert.rejects(images.process(PIXEL, { format: 'exe' }), /unknown format/);
    await assert.rejects(images.process(PIXEL, { resize: { width: 1e9, height: 1e9 } }), /at most/);
  });

  it('goes on after its process has ended', async () => {
    images.close('gone');
    assert.deepEqual(await size({}), [1, 1, 'png']);
  });
});
