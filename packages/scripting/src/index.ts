/** Runs scripts in sandboxes of their own. */
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
