import { CairnError, type CommandDefinition, commandByName, type Request } from '@cairn/protocol/internal';
import { z } from 'zod';

/**
 * A request as one of a transaction's.
 * @throws CairnError `invalid_argument` for a command that changes something and cannot be part of a transaction
 */
export function insideTransaction(request: Request, id: string): Request {
  const definition: CommandDefinition | undefined = commandByName(request.cmd);
  if (definition?.mode === 'write' && !takesPart(definition)) {
    throw new CairnError('invalid_argument', `'${definition.name}' cannot be part of a transaction`, {
      details: { command: definition.name },
    });
  }
  return { ...request, fields: { ...request.fields, tx_id: id } };
}

function takesPart({ request }: CommandDefinition): boolean {
  return request instanceof z.ZodObject && 'tx_id' in request.shape;
}
