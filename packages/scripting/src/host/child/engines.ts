import type { ScriptLanguage } from '../script-run.ts';
import type { ScriptEngine } from './engine.ts';

/** Makes an engine when the first script of its language comes: a process without JavaScript scripts loads no isolates. */
const MAKERS: Readonly<Record<ScriptLanguage, (onStuck: () => void) => Promise<ScriptEngine>>> = {
  lua: async () => (await import('../../lua/lua-scripts.ts')).createLuaEngine(),
  javascript: async (onStuck) =>
    (await import('../../javascript/javascript-engine.ts')).createJavaScriptEngine({ onStuck }),
};

/** Gives each language's engine, one for the process. @param onStuck called when one computes on that nothing ends */
export function enginesOf(onStuck: () => void): (language: ScriptLanguage) => Promise<ScriptEngine> | ScriptEngine {
  const made = new Map<ScriptLanguage, ScriptEngine>();
  const making = new Map<ScriptLanguage, Promise<ScriptEngine>>();
  return (language) => {
    const engine = made.get(language);
    if (engine !== undefined) return engine;
    let coming = making.get(language);
    if (coming === undefined) {
      coming = MAKERS[language](onStuck).then((its) => {
        made.set(language, its);
        return its;
      });
      making.set(language, coming);
    }
    return coming;
  };
}
