import type { Value } from '@cairn/protocol/internal';
import { objectOf, positiveOf, textOf, textsOf } from './record-members.ts';
import type { StoredRecord } from './record-store.ts';

/** What a browser is told about pages of other origins that call the service. */
export interface CorsPolicy {
  /** `*`, or the origins that may; empty: none. */
  readonly origins: '*' | readonly string[];
  readonly methods: string;
  readonly headers: string;
  readonly credentials: boolean;
  readonly maxAgeS: number | undefined;
}

/** A service: a group of scripts under one part of the path, with what holds for all of them. */
export interface Service {
  readonly key: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly requiresAuthentication: boolean;
  readonly cors: CorsPolicy;
}

const EVERY_METHOD = 'GET, POST, PUT, PATCH, DELETE, OPTIONS';
const USUAL_HEADERS = 'Content-Type, Authorization, X-API-Key';

export function serviceOf(record: StoredRecord): Service | undefined {
  const key = textOf(record._key);
  if (key === undefined) return undefined;
  return {
    key,
    name: textOf(record.name) ?? key,
    isEnabled: record.enabled !== false,
    requiresAuthentication: record.require_auth === true,
    cors: corsPolicy(record.cors),
  };
}

/** Any page may call a service unless its record says otherwise; none with the credentials that the browser keeps. */
function corsPolicy(given: Value | undefined): CorsPolicy {
  const wanted = objectOf(given);
  const isClosed = given === false;
  return {
    origins: isClosed ? [] : originsOf(wanted.origins),
    methods: listed(wanted.methods) ?? EVERY_METHOD,
    headers: listed(wanted.headers) ?? USUAL_HEADERS,
    credentials: wanted.credentials === true,
    maxAgeS: positiveOf(wanted.max_age),
  };
}

function originsOf(value: Value | undefined): '*' | readonly string[] {
  if (typeof value === 'string') return value === '*' ? '*' : [value];
  if (!Array.isArray(value)) return '*';
  const origins = textsOf(value);
  return origins.includes('*') ? '*' : origins;
}

function listed(value: Value | undefined): string | undefined {
  return textOf(value) ?? (Array.isArray(value) ? textsOf(value).join(', ') : undefined);
}
