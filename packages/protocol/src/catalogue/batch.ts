import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { defineCommand } from './command-definition.ts';
import { innerRequest, transactional } from './fields.ts';

/** Several commands in one frame. Each is checked as if it had come alone. */
export const BATCH_COMMANDS = [
  defineCommand({
    name: 'batch',
    access: 'authenticated',
    mode: 'write',
    summary: 'Runs commands one after another; one that fails does not stop the rest.',
    request: z.object({ ...transactional, commands: z.array(innerRequest).max(LIMITS.batchMaxCommands) }),
    reply: z.undefined(),
  }),
] as const;
