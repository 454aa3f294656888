import type { FunctionContext, FunctionDefinition } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { ofNumber } from './of-number.ts';

const RADIANS_PER_DEGREE = Math.PI / 180;

function inverse(
  name: string,
  compute: (value: number) => number,
  summary: string,
  result: number,
): FunctionDefinition {
  const checked = (value: number) => {
    if (value < -1 || value > 1) throw new FunctionError(name, 'the number must lie between -1 and 1');
    return compute(value);
  };
  return ofNumber(name, checked, summary, `${name}(1)`, result);
}

function constant(name: string, value: number, summary: string): FunctionDefinition {
  return {
    name,
    category: 'numeric',
    parameters: [],
    summary,
    examples: [{ expression: `${name}()`, result: value }],
    evaluate: () => value,
  };
}

/** Functions of angles, in radians unless they say otherwise. */
export const trigonometryFunctions: readonly FunctionDefinition[] = [
  ofNumber('SIN', Math.sin, 'The sine of an angle in radians.', 'SIN(0)', 0),
  ofNumber('COS', Math.cos, 'The cosine of an angle in radians.', 'COS(0)', 1),
  ofNumber('TAN', Math.tan, 'The tangent of an angle in radians.', 'TAN(0)', 0),
  inverse('ASIN', Math.asin, 'The angle in radians whose sine is the number.', Math.PI / 2),
  inverse('ACOS', Math.acos, 'The angle in radians whose cosine is the number.', 0),
  ofNumber('ATAN', Math.atan, 'The angle in radians whose tangent is the number.', 'ATAN(1)', Math.PI / 4),
  {
    name: 'ATAN2',
    category: 'numeric',
    parameters: [
      { name: 'y', type: 'number' },
      { name: 'x', type: 'number' },
    ],
    summary: 'The angle in radians between the x axis and the point (x, y).',
    examples: [{ expression: 'ATAN2(1, 1)', result: Math.PI / 4 }],
    evaluate: (_context: FunctionContext, y: number, x: number) => Math.atan2(y, x) + 0,
  },
  ofNumber('DEGREES', (value) => value / RADIANS_PER_DEGREE, 'An angle in radians as degrees.', 'DEGREES(PI())', 180, [
    'DEG',
  ]),
  ofNumber(
    'RADIANS',
    (value) => value * RADIANS_PER_DEGREE,
    'An angle in degrees as radians.',
    'RADIANS(180)',
    Math.PI,
    ['RAD'],
  ),
  constant('PI', Math.PI, 'The ratio of a circle’s circumference to its diameter.'),
  constant('E', Math.E, 'The base of the natural logarithm.'),
];
