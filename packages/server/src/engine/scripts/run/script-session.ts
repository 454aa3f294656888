import { Session } from '../../../runner/session.ts';
import { Rights } from '../../../security/rights/permissions.ts';
import type { RightsSource, Security } from '../../../security/security.ts';
import { RUN_AS_CALLER, RUN_AS_DEFINER, type Script } from '../records/script-record.ts';

/** Where a script's requests come from, as far as the server is concerned. */
const ADDRESS = 'script';
/** Whose name the change log gives to what a script without a definer writes. */
const NOBODY = '_script';

/**
 * The session in whose name a script acts. A role holds inside the script's database only; host calls name no other database, so
 * that whatever else its definer or caller may do is out of its reach.
 *
 * @param caller who calls the script; a session that has not authenticated for a stranger
 */
export function scriptSession(security: Security, script: Script, caller: Session | undefined): Session {
  if (script.runAs === RUN_AS_CALLER) {
    // A session of its own: what the script asks for is a part of a request that was let in, and is not counted again.
    if (caller?.isAuthenticated !== true) return new Session(ADDRESS, security, 'script');
    return authenticated(caller.source, caller.user);
  }
  if (script.runAs === RUN_AS_DEFINER && script.definer !== undefined) {
    return authenticated(security, script.definer);
  }
  // A record without a definer was put there as a document, which only an administrator of the database may do.
  const role = script.runAs === RUN_AS_DEFINER ? 'admin' : script.runAs;
  return authenticated(new RoleRights(security, role, script.database), script.definer ?? NOBODY);
}

function authenticated(source: RightsSource, user: string): Session {
  const session = new Session(ADDRESS, source, 'script');
  session.authenticate(user);
  return session;
}

/** The rights of a role inside one database, whoever asks. */
class RoleRights implements RightsSource {
  readonly #security: Security;
  readonly #role: string;
  readonly #database: string;

  constructor(security: Security, role: string, database: string) {
    this.#security = security;
    this.#role = role;
    this.#database = database;
  }

  get rightsVersion(): number {
    return this.#security.rightsVersion;
  }

  rolesIn(_user: string, database: string): readonly string[] {
    return database === this.#database ? [this.#role] : [];
  }

  nowMs(): number {
    return this.#security.nowMs();
  }

  rightsOf(): Rights {
    const assignment = { role: this.#role, database: this.#database };
    return new Rights([assignment], (name) => this.#security.roles.find(name));
  }
}
