import { installChannel } from './install-channel.ts';
import { installDatabase } from './install-database.ts';
import { installEntry } from './install-entry.ts';
import { installResponse } from './install-response.ts';
import { installWeb } from './install-web.ts';

/**
 * The script that makes a fresh context into a sandbox: its value is a `ConnectSandbox`. Strict, so that
 * no stack frame gives its function or its `this` away.
 */
export function bootstrapText(): string {
  return `'use strict';
(post, native) => {
  const kernel = { __proto__: null };
  const actions = [];
  kernel.onBegin = (action) => { actions[actions.length] = action; };
  (${installChannel.toString()})(kernel, post, native);
  (${installResponse.toString()})(kernel);
  (${installWeb.toString()})(kernel);
  (${installDatabase.toString()})(kernel);
  return (${installEntry.toString()})(kernel, actions);
}`;
}
