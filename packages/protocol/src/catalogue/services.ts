import { z } from 'zod';
import { type Access, defineCommand } from './command-definition.ts';
import { anyValue, database, documentList, documentReply, everyCommand, name, text } from './fields.ts';

const INSTALL: Access = { action: 'admin', scope: 'database' };
const LOOK: Access = { action: 'execute', scope: 'database' };

const options = {
  name: name.optional(),
  description: text.nullable().optional(),
  version: text.nullable().optional(),
  enabled: z.boolean().optional(),
  require_auth: z.boolean().optional(),
  cors: anyValue.optional(),
};

/** Services: groups of scripts under one part of the path. */
export const SERVICE_COMMANDS = [
  defineCommand({
    name: 'create_service',
    access: INSTALL,
    mode: 'write',
    summary: 'Makes a service; scripts answer only below one that is enabled.',
    request: z.object({ ...everyCommand, database, key: name, ...options }),
    reply: documentReply,
  }),
  defineCommand({
    name: 'list_services',
    access: LOOK,
    mode: 'read',
    summary: 'Lists the services of a database with the number of their scripts.',
    request: z.object({ ...everyCommand, database }),
    reply: documentList,
  }),
  defineCommand({
    name: 'get_service',
    access: LOOK,
    mode: 'read',
    summary: 'Shows a service.',
    request: z.object({ ...everyCommand, database, key: name }),
    reply: documentReply,
  }),
  defineCommand({
    name: 'update_service',
    access: INSTALL,
    mode: 'write',
    idempotent: true,
    summary: 'Changes members of a service.',
    request: z.object({ ...everyCommand, database, key: name, ...options }),
    reply: documentReply,
  }),
  defineCommand({
    name: 'delete_service',
    access: INSTALL,
    mode: 'write',
    summary: 'Removes a service and its scripts.',
    request: z.object({ ...everyCommand, database, key: name }),
    reply: z.object({ scripts_deleted: z.number() }),
  }),
  defineCommand({
    name: 'describe_service',
    access: LOOK,
    mode: 'read',
    summary: 'Describes what a service offers as an OpenAPI document.',
    request: z.object({ ...everyCommand, database, key: name }),
    reply: documentReply,
  }),
] as const;
