import { resolveSettings, startServer } from '@cairn/server';
import { Session } from '@cairn/server/internal';

/**
 * A server for `permissions.ts`, in a process of its own: its port goes to the parent, and the processor time that it has used, microseconds, whenever that is asked for. With `unchecked` nobody's rights are looked
 * up and no rule binds anybody: whatever a request costs less than in another server is what the checks cost.
 */
const [, , dataDir, mode] = process.argv as string[];
if (mode === 'unchecked') withoutChecks();
const flags = { port: 0, dataDir, adminPassword: 'admin', logLevel: 'silent' };
const server = await startServer(resolveSettings({ flags }));
process.on('message', (wanted) => {
  if (wanted === 'processor time') process.send!(process.cpuUsage().user + process.cpuUsage().system);
  else void server.close().then(() => process.disconnect());
});
process.send!(server.port);

function withoutChecks(): void {
  const everything = { allowsGlobally: () => true, allowsIn: () => true, allowsOn: () => true, databases: undefined };
  const nobodyBound = { isExemptEverywhere: true, isExemptFrom: () => true, planKey: '' };
  Object.defineProperty(Session.prototype, 'rights', { get: () => everything });
  Object.defineProperty(Session.prototype, 'subject', { value: () => nobodyBound });
}
