import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { call } from '../testing/call.ts';
import { greatCircleDistance } from './geo-functions.ts';
import { type GeoPoint, readGeoPoint } from './geo-point.ts';
import { isWithinPolygon } from './geo-polygon.ts';

const anyPoint = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

const box = (south: number, west: number, north: number, east: number): GeoPoint[] => [
  { latitude: south, longitude: west },
  { latitude: south, longitude: east },
  { latitude: north, longitude: east },
  { latitude: north, longitude: west },
];

describe('geo points', () => {
  it('are read in every form, GeoJSON the other way round', () => {
    const berlin = { latitude: 52.5, longitude: 13.4 };
    const forms: Value[] = [[52.5, 13.4], { lat: 52.5, lon: 13.4 }, { latitude: 52.5, lng: 13.4 }, berlin];
    forms.push({ type: 'Point', coordinates: [13.4, 52.5] }, { type: 'Point', coordinates: [13.4, 52.5, 34] });
    for (const form of forms) assert.deepEqual(readGeoPoint(form), berlin);
  });

  it('are not read from anything else', () => {
    const forms: Value[] = [[1], [1, 2, 3], ['1', 2], { lat: 1 }, { type: 'Point', coordinates: [1] }, 'x', null];
    for (const form of forms) assert.equal(readGeoPoint(form), undefined);
  });
});

describe('distances', () => {
  it('are a metric on the globe', () =>
    fc.assert(
      fc.property(anyPoint, anyPoint, anyPoint, (a, b, c) => {
        assert.ok(greatCircleDistance(a, a) === 0);
        assert.ok(Math.abs(greatCircleDistance(a, b) - greatCircleDistance(b, a)) < 1e-6);
        assert.ok(greatCircleDistance(a, c) <= greatCircleDistance(a, b) + greatCircleDistance(b, c) + 1e-3);
        assert.ok(greatCircleDistance(a, b) <= Math.PI * 6_371_000 + 1e-6);
      }),
    ));

  it('do not see the date line, nor longitudes at a pole', () => {
    const across = call('GEO_DISTANCE', [
      [0, 179.5],
      [0, -179.5],
    ]) as number;
    assert.ok(Math.abs(across - 111_194.927) < 0.001);
    assert.ok((call('DISTANCE', [90, 0, 90, 123]) as number) < 1e-6);
  });
});

describe('polygons', () => {
  it('hold the same points wherever they are turned around the globe', () =>
    fc.assert(
      fc.property(
        fc.double({ min: -80, max: 80, noNaN: true }),
        fc.double({ min: -170, max: 170, noNaN: true }),
        fc.integer({ min: -180, max: 180 }),
        (latitude, longitude, turn) => {
          const inside = latitude > -20 && latitude < 30 && longitude > -40 && longitude < 50;
          const near = [latitude + 20, latitude - 30, longitude + 40, longitude - 50].some(
            (edge) => Math.abs(edge) < 1e-9,
          );
          fc.pre(!near);
          const turned = (point: GeoPoint) => ({ ...point, longitude: ((point.longitude + turn + 540) % 360) - 180 });
          const ring = box(-20, -40, 30, 50).map(turned);
          assert.equal(isWithinPolygon(turned({ latitude, longitude }), [ring]), inside);
        },
      ),
    ));

  it('enclose a pole when they go round the globe', () => {
    const cap = [0, 120, -120].map((longitude) => ({ latitude: -70, longitude }));
    assert.equal(isWithinPolygon({ latitude: -90, longitude: 5 }, [cap]), true);
    assert.equal(isWithinPolygon({ latitude: -80, longitude: 179 }, [cap]), true);
    assert.equal(isWithinPolygon({ latitude: 80, longitude: 0 }, [cap]), false);
  });

  it('may be a box around the whole world', () => {
    assert.equal(isWithinPolygon({ latitude: 12, longitude: 100 }, [box(-90, -180, 90, 180)]), true);
  });

  it('of GeoJSON may have holes', () => {
    const ring = (size: number) => [
      [-size, -size],
      [size, -size],
      [size, size],
      [-size, size],
      [-size, -size],
    ];
    const polygon = { type: 'Polygon', coordinates: [ring(10), ring(2)] };
    assert.equal(call('GEO_WITHIN', [[5, 5], polygon]), true);
    assert.equal(call('GEO_WITHIN', [[1, 1], polygon]), false);
    assert.throws(() => call('GEO_WITHIN', [[1, 1], { lat: 1 }]), /GEO_WITHIN: argument 2 \(polygon\)/);
    assert.throws(
      () =>
        call('GEO_WITHIN', [
          [1, 1],
          [[0, 0], 'x', [1, 1]],
        ]),
      /index 1/,
    );
  });
});
