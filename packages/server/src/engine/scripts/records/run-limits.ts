import type { Value } from '@cairn/protocol/internal';
import type { ScriptLimits } from '@cairn/scripting/internal';
import { SCRIPT_LIMITS_DEFAULT, SCRIPT_LIMITS_MAX } from '../../../limits.ts';
import { objectOf, positiveOf } from './record-members.ts';

const MIB = 1024 * 1024;

/** Members of a record's `limits`, and what each of them counts in. */
const MEMBERS = [
  ['timeout_ms', 'timeoutMs', 1],
  ['memory_mb', 'memoryBytes', MIB],
  ['result_bytes', 'resultBytes', 1],
  ['host_calls', 'hostCalls', 1],
  ['log_bytes', 'logBytes', 1],
] as const satisfies readonly (readonly [string, keyof ScriptLimits, number])[];

/** What a script may use: the usual amounts unless its record says otherwise, and never more than a server gives. */
export function runLimits(given: Value | undefined): ScriptLimits {
  const wanted = objectOf(given);
  const limits: { -readonly [Name in keyof ScriptLimits]: number } = { ...SCRIPT_LIMITS_DEFAULT };
  for (const [member, name, unit] of MEMBERS) {
    const amount = positiveOf(wanted[member]);
    if (amount !== undefined) limits[name] = Math.min(Math.ceil(amount * unit), SCRIPT_LIMITS_MAX[name]);
  }
  return limits;
}

/** Why `limits` of a request is wrong; undefined when it will do. */
export function limitsProblem(given: Value | undefined): string | undefined {
  if (given === undefined || given === null) return undefined;
  const wanted = objectOf(given);
  if (wanted !== given) return 'limits must be an object';
  for (const [name, amount] of Object.entries(wanted)) {
    const member = MEMBERS.find(([known]) => known === name);
    if (member === undefined)
      return `limits has no member '${name}'; it takes ${MEMBERS.map(([known]) => known).join(', ')}`;
    if (positiveOf(amount) === undefined) return `limits.${name} must be a positive number`;
    const most = SCRIPT_LIMITS_MAX[member[1]] / member[2];
    if ((amount as number) > most) return `limits.${name} may be at most ${most}`;
  }
  return undefined;
}
