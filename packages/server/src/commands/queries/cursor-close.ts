import { command } from '../../runner/command.ts';

export const cursorClose = command('cursor_close', (fields, { engine, session }) => {
  engine.cursors.close(fields.cursor, session.user);
  return { status: 'ok' };
});
