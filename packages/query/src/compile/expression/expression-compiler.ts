import type {
  BinaryExpression,
  CallExpression,
  ComparisonOperator,
  Expression,
  SubqueryExpression,
} from '../../ast/expression.ts';
import type { Query } from '../../ast/query.ts';
import { mayThrow } from '../../plan/expressions/may-throw.ts';
import { ExpressionError } from '../../runtime/values/expression-error.ts';
import type { Emitter } from '../emitter.ts';
import { DocumentFields, type DocumentSource } from '../field-finder/document-fields.ts';
import { isStoredTrue } from '../field-finder/read-stored.ts';
import type { StoredField } from '../field-finder/stored-field.ts';
import { isSystemMember, systemMember } from '../field-finder/system-members.ts';
import type { DocumentBinding, Scope } from '../scope.ts';
import { compileAttribute, compileBind, compileIndex, compileVariable, lookUp, storedChain } from './access.ts';
import { compileArithmetic, compileNegation, compileRange, isArithmetic } from './arithmetic.ts';
import { compileCall } from './call.ts';
import { compileComparison } from './comparison.ts';
import { emitEncoding } from './encode.ts';
import { constantFragment, type ExpressionContext, type Fragment } from './fragment.ts';
import { compileArrayComparison, compileExpansion, compileQuantifier } from './iteration.ts';
import { compileArray, compileObject, compileTemplate } from './literal.ts';
import { compileCase, compileConditional, compileLogical, logicalCondition, notCondition } from './logical.ts';

export interface ExpressionCompilerOptions {
  readonly emitter: Emitter;
  /** The JavaScript name of the running query, an `ExpressionRun`: a parameter of the function that is written. */
  readonly run: string;
  /** JavaScript that gives the array of a subquery's rows; it may emit lines first. */
  readonly subquery: (query: Query, scope: Scope) => string;
  /** JavaScript that gives the value of a window call in the row at hand. */
  readonly window?: (call: CallExpression, scope: Scope) => string;
}

/**
 * Writes expressions as JavaScript, one compiler a function that is written.
 *
 * The answers of `value` and `condition` are JavaScript expressions to be used **once**, at the place where the
 * emitter stands: they may come with lines (loops, branches, lambdas), which are emitted before. So what must be lazy
 * has to be asked for inside the block that makes it so.
 *
 * @example
 * const emitter = new Emitter();
 * const compiler = new ExpressionCompiler({ emitter, run: 'run', subquery });
 * emitter.line(`return ${compiler.value(expression, emptyScope)};`);
 * const evaluate = emitter.build(['run']);
 */
export class ExpressionCompiler implements ExpressionContext {
  readonly emitter: Emitter;
  readonly run: string;
  readonly #options: ExpressionCompilerOptions;

  constructor(options: ExpressionCompilerOptions) {
    this.emitter = options.emitter;
    this.run = options.run;
    this.#options = options;
  }

  /**
   * Binds a stored document whose fields are found at most once a row. To be called where the emitter stands behind
   * the lines that set `bytes` and `record` for a row, inside of the loop.
   */
  document(source: DocumentSource): DocumentBinding {
    const fields = new DocumentFields(this.emitter, source);
    return { kind: 'document', bytes: fields.bytes, record: fields.record, idPrefix: fields.idPrefix, fields };
  }

  /** JavaScript that gives a `Value`; a stored document comes decoded. */
  value(expression: Expression, scope: Scope): string {
    return this.fragment(expression, scope).code;
  }

  /** JavaScript that gives a boolean: the truth of the value. */
  condition(expression: Expression, scope: Scope): string {
    if (expression.kind === 'unary' && expression.operator === 'not') return notCondition(this, expression, scope);
    if (expression.kind === 'logical' && (expression.operator === 'and' || expression.operator === 'or')) {
      return logicalCondition(this, expression, scope);
    }
    const field = this.storedField(expression, scope);
    if (field !== undefined) {
      const isTrue = this.emitter.constant(isStoredTrue, 'isTrue');
      return field.test((place) => `${isTrue}(${place})`);
    }
    const { code, type, constant } = this.fragment(expression, scope);
    if (constant) return `${!!constant.value}`;
    return type === 'boolean' ? code : `!!(${code})`;
  }

  /** Emits lines that write the value's msgpack to the `ByteWriter` of that JavaScript name. */
  encode(expression: Expression, scope: Scope, writer: string): void {
    emitEncoding(this, expression, scope, writer);
  }

  /** Whether evaluating may throw an error of the expression; deadlines and budgets are not meant. */
  throws(expression: Expression): boolean {
    return mayThrow(expression);
  }

  subquery(expression: SubqueryExpression, scope: Scope): string {
    return this.#options.subquery(expression.query, scope);
  }

  storedDocument(expression: Expression, scope: Scope): DocumentFields | undefined {
    if (expression.kind !== 'variable') return undefined;
    const binding = lookUp(expression.name, scope);
    if (binding.kind !== 'document') return undefined;
    return binding.fields ?? new DocumentFields(this.emitter, binding);
  }

  storedField(expression: Expression, scope: Scope): StoredField | undefined {
    const chain = storedChain(expression, scope);
    if (chain === undefined || isSystemMember(chain.path[0])) return undefined;
    return chain.binding.columns?.field(chain.path) ?? this.storedDocument(chain.root, scope)!.field(chain.path);
  }

  systemMember(expression: Expression, scope: Scope): string | null | undefined {
    const chain = storedChain(expression, scope);
    if (chain === undefined || !isSystemMember(chain.path[0])) return undefined;
    if (chain.path.length > 1) return null;
    const column = chain.binding.columns?.field(chain.path);
    if (column !== undefined) return column.value();
    return systemMember(this.emitter, this.storedDocument(chain.root, scope)!, chain.path[0]);
  }

  fragment(expression: Expression, scope: Scope): Fragment {
    switch (expression.kind) {
      case 'literal':
        return constantFragment(this, expression.value);
      case 'variable':
        return compileVariable(this, expression, scope);
      case 'bind':
        return compileBind(this, expression);
      case 'attribute':
        return compileAttribute(this, expression, scope);
      case 'index':
        return compileIndex(this, expression, scope);
      case 'expansion':
        return compileExpansion(this, expression, scope);
      case 'array':
        return compileArray(this, expression, scope);
      case 'object':
        return compileObject(this, expression, scope);
      case 'template':
        return compileTemplate(this, expression, scope);
      case 'unary':
        if (expression.operator !== 'not') return compileNegation(this, expression, scope);
        return { code: `(${notCondition(this, expression, scope)})`, type: 'boolean' };
      case 'binary':
        return this.#binary(expression, scope);
      case 'logical':
        return compileLogical(this, expression, scope);
      case 'array-comparison':
        return compileArrayComparison(this, expression, scope);
      case 'conditional':
        return compileConditional(this, expression, scope);
      case 'case':
        return compileCase(this, expression, scope);
      case 'call':
        return this.#call(expression, scope);
      case 'lambda':
        throw new ExpressionError('A lambda may only be an argument of a function', expression.span);
      case 'quantifier':
        return compileQuantifier(this, expression, scope);
      case 'subquery':
        return { code: this.subquery(expression, scope), type: 'array' };
    }
  }

  #binary(expression: BinaryExpression, scope: Scope): Fragment {
    if (expression.operator === '..') return compileRange(this, expression, scope);
    if (isArithmetic(expression.operator)) return compileArithmetic(this, expression, scope);
    return compileComparison(this, expression as BinaryExpression & { operator: ComparisonOperator }, scope);
  }

  #call(call: CallExpression, scope: Scope): Fragment {
    if (call.over === undefined) return compileCall(this, call, scope);
    if (this.#options.window === undefined) {
      throw new ExpressionError(`${call.name} OVER (…) may stand in RETURN only`, call.span);
    }
    return { code: this.#options.window(call, scope), type: 'any' };
  }
}
