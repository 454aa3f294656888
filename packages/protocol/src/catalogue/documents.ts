import { z } from 'zod';
import { type Access, defineCommand } from './command-definition.ts';
import {
  count,
  documentKey,
  documentList,
  documentReply,
  insertMode,
  nothing,
  onCollection,
  rawDocument,
  rawDocuments,
} from './fields.ts';

const READ: Access = { action: 'read', scope: 'collection' };
const WRITE: Access = { action: 'write', scope: 'collection' };

/** What the writes of one document may answer besides, and on which revision they insist. */
const returning = { return_new: z.boolean().optional(), return_old: z.boolean().optional() };
const conditional = { ...returning, if_rev: z.string().optional() };

/** Documents, one at a time or many. */
export const DOCUMENT_COMMANDS = [
  defineCommand({
    name: 'get',
    access: READ,
    mode: 'read',
    summary: 'Reads the document with a key.',
    request: z.object({ ...onCollection, key: documentKey }),
    reply: documentReply,
  }),
  defineCommand({
    name: 'insert',
    access: WRITE,
    mode: 'write',
    summary: 'Stores a new document; `mode` says what happens when its key is taken.',
    request: z.object({
      ...onCollection,
      ...returning,
      key: documentKey.optional(),
      document: rawDocument,
      overwrite: z.boolean().optional(),
      mode: insertMode.optional(),
    }),
    reply: documentReply,
  }),
  defineCommand({
    name: 'update',
    access: WRITE,
    mode: 'write',
    summary: 'Merges members into a document; with `merge: false` replaces it.',
    request: z.object({
      ...onCollection,
      ...conditional,
      key: documentKey,
      document: rawDocument,
      merge: z.boolean().default(true),
    }),
    reply: documentReply,
  }),
  defineCommand({
    name: 'replace',
    access: WRITE,
    mode: 'write',
    summary: 'Puts another document in the place of the one with this key.',
    request: z.object({ ...onCollection, ...conditional, key: documentKey, document: rawDocument }),
    reply: documentReply,
  }),
  defineCommand({
    name: 'delete',
    access: WRITE,
    mode: 'write',
    summary: 'Removes the document with a key.',
    request: z.object({ ...onCollection, ...conditional, key: documentKey }),
    reply: z.union([nothing, documentReply]),
  }),
  defineCommand({
    name: 'list',
    access: READ,
    mode: 'read',
    summary: 'A page of documents in key order, and how many there are in all.',
    request: z.object({ ...onCollection, limit: count.default(100), offset: count.default(0) }),
    reply: documentList,
  }),
  defineCommand({
    name: 'bulk_insert',
    access: WRITE,
    mode: 'write',
    summary: 'Stores many documents at once, all or none.',
    request: z.object({
      ...onCollection,
      documents: rawDocuments,
      mode: insertMode.optional(),
      overwrite: z.boolean().optional(),
    }),
    reply: z.object({ count: z.number() }).loose(),
  }),
] as const;
