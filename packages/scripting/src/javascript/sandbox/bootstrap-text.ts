import { installChannel } from './install-channel.ts';
import { installDatabase } from './install-database.ts';
import { installEntry } from './install-entry.ts';
import { installResponse } from './install-response.ts';
import { installSolidb } from './install-solidb.ts';
import { installWeb } from './install-web.ts';

/**
 * The script whose effect on a fresh context is kept as a snapshot: it leaves a `SandboxEntry` as `$sandbox`, which `connect`
 * takes away. Strict, so that no stack frame gives its function or its `this` away.
 */
export function bootstrapText(): string {
  return `'use strict';
(() => {
  const kernel = { __proto__: null };
  const link = { __proto__: null };
  const actions = [];
  kernel.onBegin = (action) => { actions[actions.length] = action; };
  (${installChannel.toString()})(kernel, link);
  (${installResponse.toString()})(kernel);
  (${installWeb.toString()})(kernel);
  (${installDatabase.toString()})(kernel);
  kernel.installSolidb = (${installSolidb.toString()});
  globalThis.$sandbox = (${installEntry.toString()})(kernel, link, actions);
})();`;
}
