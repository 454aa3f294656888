import { FunctionError } from '../function-error.ts';
import { describeValue } from '../signature.ts';
import { TimeZone } from './time-zone.ts';

/** The zone that an optional argument names, UTC without one; an error of the function for an unknown zone. */
export function zoneArgument(functionName: string, name: string | undefined): TimeZone {
  const zone = name === undefined ? TimeZone.utc : TimeZone.named(name);
  if (zone !== undefined) return zone;
  throw new FunctionError(functionName, `unknown time zone, got ${describeValue(name)}; zones have IANA names`);
}
