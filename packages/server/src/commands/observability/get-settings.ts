import { CHANGEABLE_SETTINGS } from '../../changeable-settings.ts';
import { command } from '../../runner/command.ts';
import { SETTINGS } from '../../settings.ts';

export const getSettings = command('get_settings', (_fields, { engine }) => {
  const inEffect = { ...engine.settings, ...engine.changeable.values };
  const data = SETTINGS.filter(({ isSecret }) => !isSecret).map(({ name, unit = null, summary }) => {
    return { name, value: inEffect[name] ?? null, unit, summary, changeable: CHANGEABLE_SETTINGS.has(name) };
  });
  return { status: 'ok', data };
});
