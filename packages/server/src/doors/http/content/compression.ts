import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import { HTTP_GZIP_BYTES_MIN, HTTP_GZIP_LEVEL } from '../../../limits.ts';

const gzipped = promisify(gzip);

/** Whether an `Accept-Encoding` header takes gzip. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  if (typeof header !== 'string' || header === '') return false;
  const codings = header.split(',').map((coding) => coding.trim().toLowerCase().replaceAll(' ', ''));
  const named = codings.find((coding) => coding === 'gzip' || coding.startsWith('gzip;'));
  const choice = named ?? codings.find((coding) => coding === '*' || coding.startsWith('*;'));
  return choice !== undefined && !/;q=0(\.0*)?$/.test(choice);
}

/** The body in gzip; undefined when it is too short to gain by it. */
export async function compressed(body: string | Uint8Array): Promise<Buffer | undefined> {
  if (body.length < HTTP_GZIP_BYTES_MIN) return undefined;
  return gzipped(body, { level: HTTP_GZIP_LEVEL });
}

/** Compresses a body while it is sent. */
export function compressing(): Transform {
  return createGzip({ level: HTTP_GZIP_LEVEL });
}
