/**
 * A script process: started by the server with nothing in its environment and next to no permissions. Talks over file
 * descriptor 3 and ends when that closes, so that none outlives a killed server.
 */
import { Socket } from 'node:net';
import { enginesOf } from './engines.ts';
import { ScriptProcess } from './script-process.ts';

const CHANNEL_DESCRIPTOR = 3;

const channel = new Socket({ fd: CHANNEL_DESCRIPTOR, readable: true, writable: true });
channel.on('close', () => process.exit(0));
channel.on('error', () => process.exit(0));

new ScriptProcess(channel, enginesOf()).ready();
