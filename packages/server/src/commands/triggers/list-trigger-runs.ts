import type { ValueObject } from '@cairn/protocol/internal';
import type { TriggerReport } from '../../engine/triggers/triggers.ts';
import { command } from '../../runner/command.ts';
import { seesWholeCollection } from '../../security/rights/rules/whole-collection.ts';

export const listTriggerRuns = command('list_trigger_runs', ({ database: name, trigger_id, limit }, context) => {
  const { engine, session } = context;
  const database = engine.database(name);
  const report = engine.triggers.report(database, trigger_id, limit);
  const { collection } = engine.triggers.get(database, trigger_id);
  const isOpen = database.read((view) => seesWholeCollection(view, name, collection, session));
  return { status: 'ok', data: (isOpen ? report : withoutDocuments(report)) as unknown as ValueObject };
});

/** What was run and when, without what it was about: scripts repeat documents in their errors too. */
function withoutDocuments(report: TriggerReport): object {
  const runs = report.runs.map(({ key: _key, error: _error, ...run }) => run);
  const failures = report.failures.map(({ key: _key, error: _error, body: _body, ...failure }) => failure);
  return { ...report, runs, failures };
}
