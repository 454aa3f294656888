import { command } from '../../runner/command.ts';

export const setSetting = command('set_setting', ({ name, value }, { engine }) => {
  return { status: 'ok', data: { name, value: engine.changeable.set(name, value) } };
});
