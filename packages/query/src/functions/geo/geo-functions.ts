import type { Value } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { finite } from '../numeric/finite.ts';
import { type GeoPoint, readGeoPoint } from './geo-point.ts';
import { isWithinPolygon, readGeoPolygon } from './geo-polygon.ts';

/** Mean radius of the Earth in metres. */
const EARTH_RADIUS_M = 6_371_000;

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/**
 * Metres between two points along a great circle: the haversine formula, on a sphere. Its arcsine loses its digits towards
 * the other side of the globe, so the complement (1 − haversine, in a form without cancellation) takes part as well.
 */
export function greatCircleDistance(from: GeoPoint, to: GeoPoint): number {
  const halfDifference = radians(to.latitude - from.latitude) / 2;
  const halfSum = radians(to.latitude + from.latitude) / 2;
  const halfLongitude = radians(to.longitude - from.longitude) / 2;
  const cosines = Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude));
  const haversine = Math.sin(halfDifference) ** 2 + cosines * Math.sin(halfLongitude) ** 2;
  const complement = Math.sin(halfSum) ** 2 + cosines * Math.cos(halfLongitude) ** 2;
  return 2 * EARTH_RADIUS_M * Math.atan2(Math.sqrt(Math.max(haversine, 0)), Math.sqrt(Math.max(complement, 0)));
}

function pointArgument(functionName: string, position: number, value: Value): GeoPoint {
  const point = readGeoPoint(value);
  if (point !== undefined) return point;
  throw new FunctionError(
    functionName,
    `argument ${position} (point) must be a point: {lat, lon}, [lat, lon] or a GeoJSON point`,
  );
}

const point = (name: string): Parameter => ({ name, type: ['object', 'array'] });
const degrees = (name: string): Parameter => ({ name, type: 'number' });

/** Functions of places on Earth. */
export const geoFunctions: readonly FunctionDefinition[] = [
  {
    name: 'DISTANCE',
    category: 'geo',
    parameters: [degrees('latitude1'), degrees('longitude1'), degrees('latitude2'), degrees('longitude2')],
    summary: 'Metres between two places given in degrees, along a great circle.',
    examples: [{ expression: 'ROUND(DISTANCE(0, 0, 0, 1), 3)', result: 111_194.927 }],
    evaluate: (
      _context: FunctionContext,
      latitude1: number,
      longitude1: number,
      latitude2: number,
      longitude2: number,
    ) =>
      finite(
        'DISTANCE',
        greatCircleDistance(
          { latitude: latitude1, longitude: longitude1 },
          { latitude: latitude2, longitude: longitude2 },
        ),
      ),
  },
  {
    name: 'GEO_DISTANCE',
    category: 'geo',
    parameters: [point('from'), point('to')],
    summary: 'Metres between two points ({lat, lon}, [lat, lon] or GeoJSON), along a great circle.',
    examples: [{ expression: 'ROUND(GEO_DISTANCE([0, 0], {lat: 0, lon: 1}), 3)', result: 111_194.927 }],
    evaluate: (_context: FunctionContext, from: Value, to: Value) =>
      finite(
        'GEO_DISTANCE',
        greatCircleDistance(pointArgument('GEO_DISTANCE', 1, from), pointArgument('GEO_DISTANCE', 2, to)),
      ),
  },
  {
    name: 'GEO_WITHIN',
    category: 'geo',
    parameters: [point('point'), { name: 'polygon', type: ['array', 'object'] }],
    summary:
      'Whether a point lies in a polygon: an array of at least three points, or a GeoJSON polygon. Edges may cross the date line or enclose a pole.',
    examples: [
      { expression: 'GEO_WITHIN([5, 5], [[0, 0], [0, 10], [10, 10], [10, 0]])', result: true },
      { expression: 'GEO_WITHIN({lat: 15, lon: 5}, [[0, 0], [0, 10], [10, 10], [10, 0]])', result: false },
    ],
    evaluate: (_context: FunctionContext, value: Value, polygonValue: Value) => {
      const place = pointArgument('GEO_WITHIN', 1, value);
      const polygon = readGeoPolygon(polygonValue);
      if (typeof polygon === 'string') throw new FunctionError('GEO_WITHIN', `argument 2 (polygon) ${polygon}`);
      return isWithinPolygon(place, polygon);
    },
  },
];
