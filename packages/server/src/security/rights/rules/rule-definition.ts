import { CairnError, isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import { DocumentRule } from '@cairn/query/internal';

/** What a rule is about: seeing a document, writing it (inserting and changing), taking it away. */
export type RuledAction = 'read' | 'write' | 'delete';

/** A member of the documents that is shown to nobody but certain roles. */
export interface HiddenField {
  /** Names from the outside in, with dots between; it leads into the members of arrays too. */
  readonly path: string;
  /** Roles that see it nevertheless. */
  readonly unless: readonly string[];
}

/** The rules of one collection, as administrators write them. */
export interface RuleDefinition {
  /** Expressions over `doc` and `@user`; absent ones forbid nothing, save that `write` falls back to `read`, and `delete` to `write`. */
  readonly read?: string;
  readonly write?: string;
  readonly delete?: string;
  readonly hidden: readonly HiddenField[];
}

/** Hidden fields of one collection: each is looked for in every document that is read. */
export const HIDDEN_FIELDS_MAX = 100;
/** UTF-16 units of a path, and roles for which one field is not hidden. */
const PATH_MAX = 500;
const ROLES_MAX = 100;

/** The member of a collection's properties that holds its rules. */
const RULES = 'rules';

/** Whether a collection has rules at all: asked at every access, so that those without any pay for nothing more. */
export function hasRules(properties: Value): boolean {
  return isObject(properties) && properties[RULES] !== undefined && properties[RULES] !== null;
}

/** The rules as they are stored; null when there are none. */
export function rulesValue(properties: Value): Value {
  return hasRules(properties) ? (properties as ValueObject)[RULES]! : null;
}

/** The rules among a collection's properties. @throws CairnError when what is stored is no set of rules */
export function storedRules(properties: Value): RuleDefinition | undefined {
  return hasRules(properties) ? parseRules((properties as ValueObject)[RULES]!) : undefined;
}

/** The properties with these rules, or with none. */
export function withRules(properties: Value, rules: RuleDefinition | undefined): ValueObject {
  const others = isObject(properties) ? properties : {};
  return { ...others, [RULES]: rules === undefined ? null : showRules(rules) };
}

/**
 * Rules as clients write them: `{read?, write?, delete?, hidden?}`, where a hidden field is `{path, unless?}` or a path alone.
 * @throws CairnError `invalid_argument` that names what is wrong, `limit_exceeded`
 */
export function parseRules(given: Value): RuleDefinition {
  if (!isObject(given)) throw invalid('rules are an object');
  const hidden = parseHidden(given.hidden);
  const [read, write, remove] = [given.read, given.write, given.delete].map(parseExpression);
  return {
    ...(read === undefined ? {} : { read }),
    ...(write === undefined ? {} : { write }),
    ...(remove === undefined ? {} : { delete: remove }),
    hidden,
  };
}

/** @throws CairnError `invalid_argument` for an expression that cannot be a rule */
export function requireCompilable(rules: RuleDefinition): void {
  for (const action of ['read', 'write', 'delete'] as const) {
    const text = rules[action];
    if (text === undefined) continue;
    try {
      DocumentRule.compile(text);
    } catch (cause) {
      if (!(cause instanceof CairnError)) throw cause;
      throw new CairnError('invalid_argument', `Invalid rule for ${action}: ${cause.message}`, {
        cause,
        details: { rule: action },
      });
    }
  }
}

export function showRules({ hidden, ...expressions }: RuleDefinition): ValueObject {
  return { ...expressions, hidden: hidden.map(({ path, unless }) => ({ path, unless: [...unless] })) };
}

function parseExpression(text: Value | undefined): string | undefined {
  if (text === undefined || text === null) return undefined;
  if (typeof text !== 'string' || text.trim() === '') throw invalid('a rule is the text of an expression');
  return text;
}

function parseHidden(given: Value | undefined): HiddenField[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw invalid('`hidden` is a list');
  if (given.length > HIDDEN_FIELDS_MAX) throw tooMany('hidden fields', HIDDEN_FIELDS_MAX);
  return given.map(parseField);
}

function parseField(given: Value): HiddenField {
  if (typeof given === 'string') return { path: requirePath(given), unless: [] };
  if (!isObject(given)) throw invalid('a hidden field is a path, or {path, unless}');
  const { path, unless = [] } = given;
  if (typeof path !== 'string') throw invalid('a hidden field has a `path`');
  if (!Array.isArray(unless) || !unless.every((role) => typeof role === 'string')) {
    throw invalid('`unless` is a list of roles');
  }
  if (unless.length > ROLES_MAX) throw tooMany('roles for a hidden field', ROLES_MAX);
  return { path: requirePath(path), unless: unless as string[] };
}

function requirePath(path: string): string {
  const names = path.split('.');
  if (path.length > PATH_MAX || names.some((name) => name === '' || name.includes('*') || name.includes('['))) {
    throw invalid(`${JSON.stringify(path.slice(0, 100))} is no path: names with dots between`);
  }
  // What the server makes is on every document, and indexes of edges are built on their ends.
  if (names[0].startsWith('_')) throw invalid(`'${names[0]}' cannot be hidden`);
  return path;
}

function tooMany(what: string, limit: number): CairnError {
  return new CairnError('limit_exceeded', `a collection has at most ${limit} ${what}`, { details: { limit } });
}

function invalid(reason: string): CairnError {
  return new CairnError('invalid_argument', `Invalid rules: ${reason}`);
}
