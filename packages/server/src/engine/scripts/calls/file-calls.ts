import {
  CairnError,
  decodeValue,
  type EncodedValue,
  isObject,
  type OkReply,
  type Value,
  type ValueObject,
} from '@cairn/protocol/internal';
import { HostCallError } from '@cairn/scripting/internal';
import { FILE_BYTES_MAX, FILE_CHUNK_BYTES } from '../../../limits.ts';
import { isBase64 } from '../files/base64.ts';
import { imageSize, mimeType } from '../files/file-type.ts';
import { FILE_CHUNKS, FILES } from '../records/script-collections.ts';
import { type CallContext, type HostCall, textParameter } from '../run/call-context.ts';
import { encoded } from './document-calls.ts';
import { rowList } from './row-values.ts';

/** Files in `_files` of the database, their bytes in pieces beside them. */
export const FILE_CALLS = {
  'files.upload': async (parameters, context) => {
    const data = dataOf(parameters[0]);
    const options = isObject(parameters[1]) ? parameters[1] : {};
    const file = describe(data, options);
    const stored = await insert(context, FILES, file);
    const key = stored._key as string;
    for (let at = 0; at < data.length; at += FILE_CHUNK_BYTES) {
      const piece = { _key: chunkKey(key, at / FILE_CHUNK_BYTES), data: data.subarray(at, at + FILE_CHUNK_BYTES) };
      await insert(context, FILE_CHUNKS, piece);
    }
    const { path, filename, size, mime_type, chunks } = file;
    return { key, path, filename, size, mime_type, chunks };
  },
  'files.info': async (parameters, context) => {
    const key = textParameter(parameters, 0, 'the key');
    const file = await find(context, FILES, key);
    if (file === undefined) throw missing('file_info', key);
    return shown(file);
  },
  'files.read': (parameters, context) => readFile(context, textParameter(parameters, 0, 'the key')),
  'files.delete': async (parameters, context) => {
    const key = textParameter(parameters, 0, 'the key');
    const file = await find(context, FILES, key);
    if (file === undefined) return false;
    await context.ask('delete', { collection: FILES, key });
    for (let number = 0; number < chunkCount(file); number++) {
      await context.send('delete', { collection: FILE_CHUNKS, key: chunkKey(key, number) });
    }
    return true;
  },
  'files.list': async (parameters, context) => {
    const options = isObject(parameters[0]) ? parameters[0] : {};
    const { directory, limit = 100, offset = 0 } = options;
    const filter = typeof directory === 'string' ? 'FILTER file.directory == @directory' : '';
    const sdbql = `FOR file IN @@files ${filter} SORT file._key LIMIT @offset, @limit RETURN MERGE({ key: file._key }, UNSET(file, '_key', '_id', '_rev', '_created_at', '_updated_at'))`;
    const binds = { '@files': FILES, offset, limit, ...(filter === '' ? {} : { directory }) } as ValueObject;
    try {
      return rowList(await context.ask('query', { sdbql, bind_vars: binds }));
    } catch (error) {
      if (isMissingCollection(error)) return [];
      throw error;
    }
  },
} satisfies Record<string, HostCall>;

/** What is in a file. @throws HostCallError when there is none */
export async function readFile(context: CallContext, key: string): Promise<Uint8Array> {
  const file = await find(context, FILES, key);
  if (file === undefined) throw missing('file_read', key);
  const pieces: Uint8Array[] = [];
  for (let number = 0; number < chunkCount(file); number++) {
    const piece = await find(context, FILE_CHUNKS, chunkKey(key, number));
    if (!(piece?.data instanceof Uint8Array)) throw new CairnError('corruption', `file '${key}' has lost a piece`);
    pieces.push(piece.data);
  }
  return Buffer.concat(pieces);
}

function describe(data: Uint8Array, options: ValueObject): ValueObject & { readonly chunks: number } {
  const filename = cleanName(options.filename);
  const directory = cleanDirectory(options.directory);
  return {
    filename,
    directory,
    path: directory === '' ? filename : `${directory}/${filename}`,
    size: data.length,
    mime_type: mimeType(data, filename),
    chunks: Math.ceil(data.length / FILE_CHUNK_BYTES),
    created_at: new Date().toISOString(),
    ...imageSize(data),
  };
}

function dataOf(given: Value | undefined): Uint8Array {
  const data = bytesOf(given);
  if (data.length === 0) throw new HostCallError('upload: empty data', 'BadRequest');
  if (data.length > FILE_BYTES_MAX) {
    throw new HostCallError(`upload: a file has at most ${FILE_BYTES_MAX} bytes`, 'LimitExceeded');
  }
  return data;
}

function bytesOf(given: Value | undefined): Uint8Array {
  if (given instanceof Uint8Array) return given;
  if (typeof given === 'string') return isBase64(given) ? Buffer.from(given, 'base64') : Buffer.from(given);
  const isByteList = Array.isArray(given) && given.every((byte) => Number.isInteger(byte) && inByte(byte as number));
  if (isByteList) return Uint8Array.from(given as number[]);
  throw new HostCallError('upload: data must be a base64 string or byte array', 'BadRequest');
}

function inByte(byte: number): boolean {
  return byte >= 0 && byte <= 255;
}

function cleanName(given: Value | undefined): string {
  if (given === undefined || given === null) return 'file';
  const name = typeof given === 'string' ? given.replace(/[^\p{L}\p{N}._-]/gu, '') : '';
  if (name === '' || name === '.' || name === '..') throw new HostCallError('upload: invalid filename', 'BadRequest');
  return name;
}

function cleanDirectory(given: Value | undefined): string {
  if (typeof given !== 'string') return '';
  const parts = given.split('/').map((part) => part.replace(/[^\p{L}\p{N}._-]/gu, ''));
  return parts.filter((part) => part !== '' && part !== '.' && part !== '..').join('/');
}

async function insert(context: CallContext, collection: string, record: ValueObject): Promise<ValueObject> {
  const document = encoded(record);
  try {
    return decodedDocument(await context.ask('insert', { collection, document }));
  } catch (error) {
    if (!isMissingCollection(error)) throw error;
    await context.surroundings.records.ensureCollection(context.surroundings.database(context.database), collection);
    return decodedDocument(await context.ask('insert', { collection, document: encoded(record) }));
  }
}

async function find(context: CallContext, collection: string, key: string): Promise<ValueObject | undefined> {
  const reply = await context.send('get', { collection, key });
  if (reply.status !== 'error') return decodedDocument(reply as OkReply);
  if (reply.error.code === 'not_found') return undefined;
  throw reply.error;
}

function decodedDocument({ data }: OkReply): ValueObject {
  const { bytes, start } = data as EncodedValue;
  return decodeValue(bytes, start) as ValueObject;
}

function shown({ _key, _id, _rev, _created_at, _updated_at, ...facts }: ValueObject): ValueObject {
  return { key: _key!, ...facts };
}

function chunkCount({ chunks }: ValueObject): number {
  return typeof chunks === 'number' ? chunks : 0;
}

function chunkKey(key: string, number: number): string {
  return `${key}:${number}`;
}

function isMissingCollection(error: unknown): boolean {
  return error instanceof CairnError && error.code === 'not_found' && error.details.key === undefined;
}

function missing(call: string, key: string): HostCallError {
  return new HostCallError(`${call}: file not found: ${key}`, 'DocumentNotFound');
}
