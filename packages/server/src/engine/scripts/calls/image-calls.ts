import { HostCallError } from '@cairn/scripting/internal';
import type { HostCall } from '../run/call-context.ts';

/** Pictures. */
export const IMAGE_CALLS = {
  'image.process': () => {
    throw new HostCallError('image_process: failed to load image: no decoder', 'BadRequest');
  },
} satisfies Record<string, HostCall>;
