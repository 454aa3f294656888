import { command } from '../../runner/command.ts';

export const killRunning = command('kill_running', ({ id }, { engine, session }) => {
  engine.activity.running.stop(id, session.rights.allowsGlobally('admin') ? undefined : session.user);
  return { status: 'ok', data: { killed: true } };
});
