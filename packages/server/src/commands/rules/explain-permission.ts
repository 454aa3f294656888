import { CairnError, commandByName, type Reply, type ValueObject } from '@cairn/protocol/internal';
import { type CommandContext, command } from '../../runner/command.ts';
import { type Asked, explainAccess } from '../../runner/explain-access.ts';
import type { Session } from '../../runner/session.ts';
import type { Rights } from '../../security/rights/permissions.ts';
import { explainRules } from '../../security/rights/rules/explain-rules.ts';
import { subjectIn } from '../../security/rights/rules/rule-subject.ts';

export const explainPermission = command('explain_permission', (fields, context): Reply => {
  const { session } = context;
  const definition = commandByName(fields.command);
  if (definition === undefined) {
    throw new CairnError('not_found', `there is no command '${fields.command}'`, {
      details: { command: fields.command },
    });
  }
  const username = fields.username ?? session.user;
  const { rights, grants } = rightsAbout(username, session, context);
  const { database, collection, key } = fields;
  const asked: Asked = { command: definition, database, collection };
  const access = explainAccess(asked, { rights, grants });
  const about: ValueObject = {
    ...{ username, command: definition.name },
    ...(database === undefined ? {} : { database }),
    ...(collection === undefined ? {} : { collection }),
    ...(key === undefined ? {} : { key }),
  };
  const rules = access.allowed ? rulesAbout({ ...fields, username, rights }, definition.name, context) : undefined;
  return { status: 'ok', data: { ...about, ...access, ...rules } };
});

/** Somebody's rights, for himself and for administrators. @throws CairnError `permission_denied`, `not_found` */
function rightsAbout(username: string, session: Session, { engine }: CommandContext) {
  const { security } = engine;
  const isSelf = username === session.user;
  if (!isSelf && !session.rights.allowsGlobally('admin')) {
    throw new CairnError('permission_denied', 'Forbidden: only administrators ask about somebody else');
  }
  const rights = isSelf ? session.rights : security.rightsOf(username);
  if (rights === undefined) {
    throw new CairnError('not_found', `User '${username}' not found`, { details: { user: username } });
  }
  return { rights, grants: security.grantsOf(username) };
}

interface AskedRules {
  readonly username: string;
  readonly rights: Rights;
  readonly database?: string;
  readonly collection?: string;
  readonly key?: string;
}

function rulesAbout(
  { username, rights, database, collection, key }: AskedRules,
  commandName: string,
  { engine, session }: CommandContext,
): ValueObject | undefined {
  if (database === undefined || collection === undefined) return undefined;
  // Commands that everybody may use, or that are about other things, say nothing to whom the collection is closed.
  if (!rights.allowsOn(database, collection, 'read')) return undefined;
  if (!engine.databaseNames().includes(database)) return undefined;
  const source = username === session.user ? session.source : engine.security;
  const subject = subjectIn(database, { user: username, rights, source });
  const view = engine.database(database).snapshot();
  try {
    const found = view.collection(collection);
    if (found === undefined) return undefined;
    // Who is bound by the rules of a collection is not told what they say, nor of documents that they keep from him.
    const mayKnow = session.subject(database).isExemptFrom(collection);
    return explainRules(found, subject, { command: commandName, key, mayKnow });
  } finally {
    view.release();
  }
}
