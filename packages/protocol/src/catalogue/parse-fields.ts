import type { z } from 'zod';
import { ProtocolError } from '../message/protocol-error.ts';
import type { Request } from '../message/request.ts';
import { COMMANDS, type CommandName, commandByName, type FieldsOf } from './catalogue.ts';
import type { CommandDefinition, RequestFields } from './command-definition.ts';

/** A request whose command is known and whose fields are what the command's schema says. */
export type ParsedRequest<Name extends CommandName = CommandName> = {
  readonly [Each in Name]: {
    readonly name: Each;
    readonly command: CommandDefinition<CommandName>;
    readonly fields: FieldsOf<Each>;
    readonly rid: Request['rid'];
  };
}[Name];

/**
 * Finds a request's command and checks its fields. Nil counts as not given, aliases of fields get their present names,
 * unknown fields are dropped.
 * @throws ProtocolError for an unknown command, a missing or an ill-typed field
 */
export function parseRequest(request: Request): ParsedRequest {
  const command = commandByName(request.cmd);
  if (command === undefined) {
    const known = COMMANDS.map(({ name }) => `\`${name}\``).join(', ');
    throw new ProtocolError(`unknown variant \`${request.cmd}\`, expected one of ${known}`, { rid: request.rid });
  }
  const result = command.request.safeParse(presentFields(command, request.fields));
  if (!result.success) throw fieldError(command, result.error.issues[0], request);
  return { name: command.name, command, fields: result.data, rid: request.rid } as ParsedRequest;
}

/** The fields under their present names, without nil. */
function presentFields(command: CommandDefinition, given: RequestFields): RequestFields {
  let fields = given;
  for (const name in given) {
    const present = Object.hasOwn(command.fieldAliases, name) ? command.fieldAliases[name] : name;
    if (given[name] !== null && present === name) continue;
    if (fields === given) fields = { ...given };
    delete fields[name];
    if (given[name] !== null && (given[present] ?? null) === null) fields[present] = given[name];
  }
  return command.prepare === undefined ? fields : command.prepare(fields);
}

function fieldError(command: CommandDefinition, issue: z.core.$ZodIssue, request: Request): ProtocolError {
  const path = issue.path.map(String).join('.');
  const field = request.fields[path] ?? undefined;
  const reason =
    field === undefined && issue.path.length === 1
      ? `missing field \`${path}\``
      : `invalid type or value of field \`${path}\`: ${issue.message}`;
  return new ProtocolError(reason, { rid: request.rid, details: { command: command.name, field: path } });
}
