import { command } from '../../runner/command.ts';

export const verifyAudit = command('verify_audit', async ({ expect }, { engine }) => {
  const { entries, head = null, problem = null } = await engine.audit.verify(expect);
  return { status: 'ok', data: { sound: problem === null, entries, head: head && { ...head }, problem } };
});
