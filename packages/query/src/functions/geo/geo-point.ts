import { isObject, type Value } from '@cairn/protocol/internal';
import { getMember } from '../object/get-member.ts';

/** A place on Earth, in degrees. */
export interface GeoPoint {
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * Reads a point: `{lat, lon}` (also `latitude`, `lng`, `longitude`), `[latitude, longitude]`, or a GeoJSON point,
 * whose coordinates stand the other way round (RFC 7946). Undefined for anything else.
 */
export function readGeoPoint(value: Value): GeoPoint | undefined {
  if (Array.isArray(value)) return value.length === 2 ? point(value[0], value[1]) : undefined;
  if (!isObject(value)) return undefined;
  if (getMember(value, 'type') === 'Point') return readPosition(getMember(value, 'coordinates'));
  const latitude = getMember(value, 'lat') ?? getMember(value, 'latitude');
  const longitude = getMember(value, 'lon') ?? getMember(value, 'lng') ?? getMember(value, 'longitude');
  return point(latitude, longitude);
}

/** A GeoJSON position: `[longitude, latitude]`, perhaps with an altitude, which is passed over. */
export function readPosition(value: Value | undefined): GeoPoint | undefined {
  return Array.isArray(value) && value.length >= 2 && value.length <= 3 ? point(value[1], value[0]) : undefined;
}

function point(latitude: Value | undefined, longitude: Value | undefined): GeoPoint | undefined {
  return typeof latitude === 'number' && typeof longitude === 'number' ? { latitude, longitude } : undefined;
}
