import { isObject, type Value } from '@cairn/protocol/internal';
import { HostCallError } from '@cairn/scripting/internal';
import { isBase64 } from '../files/base64.ts';
import type { CallContext, HostCall } from '../run/call-context.ts';
import { badParameter } from '../run/call-context.ts';
import { readFile } from './file-calls.ts';

/** Pictures. */
export const IMAGE_CALLS = {
  'image.process': async (parameters, context) => {
    const image = await imageOf(parameters[0], context);
    const operations = isObject(parameters[1]) ? parameters[1] : {};
    try {
      const { data, width, height, format } = await context.surroundings.images.process(image, operations);
      return { data, size: data.length, width, height, format, mime_type: `image/${format}` };
    } catch (error) {
      throw new HostCallError(`image_process: ${(error as Error).message}`, 'BadRequest');
    }
  },
} satisfies Record<string, HostCall>;

/** Bytes, base64, or the key of a file. */
async function imageOf(given: Value | undefined, context: CallContext): Promise<Uint8Array> {
  if (given instanceof Uint8Array) return given;
  if (typeof given !== 'string') throw badParameter('the image', 'base64 or the key of a file', given);
  return isBase64(given) ? Buffer.from(given, 'base64') : readFile(context, given);
}
