/** Sets off the bombs that are named, one after another, and prints a line of JSON for each. */
import { createJavaScriptEngine } from '../javascript-engine.ts';
import { RESOURCE_BOMBS } from './resource-bombs.ts';
import { runScript, textOf } from './run-script.ts';

const [timeoutMs, ...names] = process.argv.slice(2);
const engine = createJavaScriptEngine();

async function setOff(name: string): Promise<void> {
  const startMs = performance.now();
  const limits = { timeoutMs: Number(timeoutMs) };
  const call = () => new Promise<null>((resolve) => setTimeout(() => resolve(null), 5));
  const outcome = await runScript(engine, RESOURCE_BOMBS[name], { limits, call });
  const settledMs = performance.now() - startMs;
  const text = await textOf(outcome).catch((error: Error) => error.message);
  const end = outcome.kind === 'failure' ? outcome.reason : 'answer';
  // What comes of a stream is read to its end, which must come as well.
  const tookMs = performance.now() - startMs;
  process.stdout.write(`${JSON.stringify({ name, end, settledMs, tookMs, text: text.slice(0, 200) })}\n`);
}

await setOff('a result that contains itself');
for (const name of names) await setOff(name);
process.exit(0);
