/** Runs scripts in sandboxes of their own. */

export { HOST_LIMITS, SCRIPT_LIMITS } from './host/limits.ts';
export { ScriptHost, type ScriptHostOptions, type ScriptHostStatistics } from './host/script-host.ts';
export type {
  HostCalls,
  ScriptAnswer,
  ScriptFailure,
  ScriptFailureReason,
  ScriptLanguage,
  ScriptLimits,
  ScriptOutcome,
  ScriptRequest,
  ScriptRun,
  ScriptRunner,
  ScriptSource,
  ScriptUser,
} from './host/script-run.ts';
