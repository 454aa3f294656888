/**
 * A script process: started by the server with nothing in its environment and next to no permissions. Talks over file
 * descriptor 3 and ends when that closes, so that none outlives a killed server.
 */
import { Socket } from 'node:net';
import { enginesOf } from './engines.ts';
import { ScriptProcess } from './script-process.ts';

const CHANNEL_DESCRIPTOR = 3;

const channel = new Socket({ fd: CHANNEL_DESCRIPTOR, readable: true, writable: true });
// Not `process.exit`: it waits for the threads of isolates, and one that sits in native code may not come back.
const end = (): boolean => process.kill(process.pid, 'SIGKILL');
channel.on('close', end);
channel.on('error', end);

const scriptProcess: ScriptProcess = new ScriptProcess(
  channel,
  enginesOf(() => scriptProcess.retire(end)),
);
scriptProcess.ready();
