import { isObject, type Value } from '@cairn/protocol/internal';
import { getMember } from '../object/get-member.ts';
import { type GeoPoint, readGeoPoint, readPosition } from './geo-point.ts';

/** The first ring is the border, further ones are holes. Each has at least three corners. */
export type GeoPolygon = readonly (readonly GeoPoint[])[];

/** An array of points, or a GeoJSON polygon; a text that says what is wrong with anything else. */
export function readGeoPolygon(value: Value): GeoPolygon | string {
  if (Array.isArray(value)) return checkRings([value.map(readGeoPoint)]);
  const coordinates = isObject(value) && getMember(value, 'type') === 'Polygon' && getMember(value, 'coordinates');
  if (!Array.isArray(coordinates) || !coordinates.every(Array.isArray)) {
    return 'must be an array of points or a GeoJSON polygon';
  }
  return checkRings(coordinates.map((ring) => (ring as Value[]).map(readPosition)));
}

function checkRings(rings: readonly (readonly (GeoPoint | undefined)[])[]): GeoPolygon | string {
  if (rings.length === 0 || rings.some((ring) => ring.length < 3)) return 'must have at least 3 points';
  const unreadable = rings.flat().indexOf(undefined);
  return unreadable < 0 ? (rings as GeoPolygon) : `has an element that is no point (index ${unreadable})`;
}

/** Whether a point lies inside the border and outside all holes. */
export function isWithinPolygon(point: GeoPoint, polygon: GeoPolygon): boolean {
  return polygon.every((ring, index) => isWithinRing(point, ring) === (index === 0));
}

/**
 * Ray casting on the plane of latitude and longitude. Edges go the shorter way round the globe, so a ring may cross
 * the date line; one that goes all the way round holds the pole on its side of the equator.
 */
function isWithinRing(point: GeoPoint, ring: readonly GeoPoint[]): boolean {
  const unrolled = unroll(ring);
  return [-360, 0, 360].some((turn) => {
    const longitude = normalizeLongitude(point.longitude) + turn;
    let inside = false;
    for (let index = 0; index < unrolled.length; index++) {
      const end = unrolled[(index + 1) % unrolled.length];
      if (crossesRay(point.latitude, longitude, unrolled[index], end)) inside = !inside;
    }
    return inside;
  });
}

/** Whether the edge crosses the line from the point towards growing longitude. */
function crossesRay(latitude: number, longitude: number, start: GeoPoint, end: GeoPoint): boolean {
  if (start.latitude > latitude === end.latitude > latitude) return false;
  const share = (latitude - start.latitude) / (end.latitude - start.latitude);
  return longitude < start.longitude + share * (end.longitude - start.longitude);
}

/** The ring with longitudes that run on over the date line, closed over the pole if it goes round the globe. */
function unroll(ring: readonly GeoPoint[]): GeoPoint[] {
  const first = { ...ring[0], longitude: normalizeLongitude(ring[0].longitude) };
  const unrolled = [first];
  for (let index = 1; index <= ring.length; index++) {
    const before = ring[index - 1];
    const { latitude, longitude } = ring[index % ring.length];
    const step = shorterWay(normalizeLongitude(longitude) - normalizeLongitude(before.longitude));
    unrolled.push({ latitude, longitude: unrolled[index - 1].longitude + step });
  }
  const last = unrolled.at(-1)!;
  if (Math.abs(last.longitude - first.longitude) < 180) return unrolled;
  const latitudeSum = ring.reduce((sum, corner) => sum + corner.latitude, 0);
  // Beyond the pole, so that the pole itself lies inside.
  const beyond = latitudeSum < 0 ? -91 : 91;
  return [...unrolled, { ...last, latitude: beyond }, { ...first, latitude: beyond }];
}

/** An edge from -180 to 180 is left as it is: it is the side of a box around the whole world. */
function shorterWay(degrees: number): number {
  if (Math.abs(degrees) <= 180 || Math.abs(degrees) === 360) return degrees;
  return degrees > 0 ? degrees - 360 : degrees + 360;
}

function normalizeLongitude(longitude: number): number {
  return Math.abs(longitude) <= 180 ? longitude : ((((longitude + 180) % 360) + 360) % 360) - 180;
}
