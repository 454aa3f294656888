import type { Value } from '@cairn/protocol/internal';
import { SCRIPT_LIMITS, type ScriptLimits } from '@cairn/scripting/internal';
import { objectOf, positiveOf } from './record-members.ts';

const MIB = 1024 * 1024;

const { timeoutMs, memoryBytes, resultBytes, hostCalls, logBytes } = SCRIPT_LIMITS;
/** What a script may use when its record says nothing. */
export const USUAL_LIMITS: ScriptLimits = { timeoutMs, memoryBytes, resultBytes, hostCalls, logBytes };

/** What a record may ask for at most: one script must not hold its place for hours, nor fill the machine. */
const MOST: ScriptLimits = {
  timeoutMs: SCRIPT_LIMITS.timeoutMaxMs,
  memoryBytes: SCRIPT_LIMITS.memoryMaxBytes,
  resultBytes: 64 * MIB,
  hostCalls: 1_000_000,
  logBytes: 16 * MIB,
};
/** And at least, so that an engine can begin. */
const LEAST: Partial<ScriptLimits> = { memoryBytes: SCRIPT_LIMITS.memoryMinBytes };

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
  const limits: { -readonly [Name in keyof ScriptLimits]: number } = { ...USUAL_LIMITS };
  for (const [member, name, unit] of MEMBERS) {
    const amount = positiveOf(wanted[member]);
    if (amount === undefined) continue;
    limits[name] = Math.max(Math.min(Math.ceil(amount * unit), MOST[name]), LEAST[name] ?? 1);
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
    const most = MOST[member[1]] / member[2];
    if ((amount as number) > most) return `limits.${name} may be at most ${most}`;
  }
  return undefined;
}
