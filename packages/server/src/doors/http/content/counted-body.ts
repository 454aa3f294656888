import type { ServerResponse } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import type { Admission } from '../../../runner/admission/admission.ts';

/** Told of each part of a body when it has come. @throws CairnError `overloaded` for one that its sender has no room for */
export type NoteBytes = (bytes: number) => void;

/**
 * Counts the parts of a body that has not said how long it will be (`Transfer-Encoding: chunked`), for its sender and until the response
 * is done with. A length that is announced is counted whole, before anything is read.
 */
export function countParts(admission: Admission, sender: string, response: ServerResponse): NoteBytes {
  // Asked for anew each time: who has nothing under way is forgotten.
  let held = 0;
  response.once('close', () => {
    admission.usageOf(sender).hold(-held);
    held = 0;
  });
  return (bytes) => {
    if (response.closed) return;
    const usage = admission.usageOf(sender);
    admission.requireBytes(usage, bytes);
    usage.hold(bytes);
    held += bytes;
  };
}

/** The same body, each part of it noted as it comes; it fails with what `note` throws. */
export function countedBody(body: Readable, note: NoteBytes): Readable {
  const counted = new Transform({
    transform(part: Buffer, _encoding, done) {
      try {
        note(part.length);
        done(null, part);
      } catch (error) {
        done(error as Error);
      }
    },
  });
  body.on('error', (error) => counted.destroy(error));
  body.on('close', () => {
    // Cut off: whoever reads must not wait for the rest.
    if (!body.readableEnded) counted.destroy(new Error('the body was cut off'));
  });
  return body.pipe(counted);
}
