import { command } from '../../runner/command.ts';

export const getScriptStats = command('get_script_stats', ({ database, script_id }, { engine, session }) => {
  const { statistics, history } = engine.scripts;
  if (database === undefined || !session.rights.allowsIn(database, 'execute')) {
    return { status: 'ok', data: statistics.show() };
  }
  return { status: 'ok', data: { ...statistics.show(), scripts: history.list(database, script_id) } };
});
