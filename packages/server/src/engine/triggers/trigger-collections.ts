import type { SystemCollectionPlan } from '../automation/system-collection.ts';

export const TRIGGERS = '_triggers';
export const TRIGGER_STATE = '_trigger_state';
export const TRIGGER_FAILURES = '_trigger_failures';

export const TRIGGERS_PLAN: SystemCollectionPlan = { name: TRIGGERS, what: 'Trigger', indexes: [] };
export const STATE_PLAN: SystemCollectionPlan = { name: TRIGGER_STATE, what: 'State of trigger', indexes: [] };
export const FAILURES_PLAN: SystemCollectionPlan = { name: TRIGGER_FAILURES, what: 'Failure', indexes: [] };

export const TRIGGER_PLANS: readonly SystemCollectionPlan[] = [TRIGGERS_PLAN, STATE_PLAN, FAILURES_PLAN];
