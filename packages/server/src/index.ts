/** The server for those who start one, or run its engine inside their own process. */
export { Engine, type EngineOptions } from './engine/engine.ts';
export { type Host, systemHost } from './host.ts';
export { type RunningServer, startServer } from './server.ts';
export {
  parseConfigFile,
  resolveSettings,
  SETTINGS,
  type SettingDefinition,
  type SettingName,
  type SettingSources,
  type Settings,
} from './settings.ts';
