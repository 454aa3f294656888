#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Before anything else is loaded, so that the second start finds all of it compiled.
enableCompileCache();
const { runCli } = await import('./program.ts');
await runCli(process.argv);
