import { type ImageOperations, processImage } from './image-operations.ts';

/** What the process is asked for. */
export interface ImageRequest {
  readonly id: number;
  readonly image: Uint8Array;
  readonly operations: ImageOperations;
}

/** Decoders of pictures are large programs in C: they work in a process of their own, with nothing around them. */
process.on('message', ({ id, image, operations }: ImageRequest) => {
  processImage(image, operations).then(
    (done) => process.send!({ id, done }),
    (error: unknown) => process.send!({ id, error: (error as Error).message }),
  );
});
process.on('disconnect', () => process.exit());
