import type { IParserConfig } from 'chevrotain';
import * as t from '../lexer/sql-token-types.ts';
import type { SelectItem } from '../tree/sql-query.ts';
import type { Assignment, ColumnPath, ConflictClause, SqlStatement, SqlText } from '../tree/sql-statement.ts';
import { DefinitionGrammar } from './definition-grammar.ts';
import { nameOf, type Rule } from './sql-grammar-base.ts';

const { keyword } = t;
const TABLE = { ERR_MSG: 'the name of a table' };

/** Statements by their first word that other systems have and this one has not. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['ALTER', 'ALTER'],
  ['BEGIN', 'BEGIN as a statement (the command begin_transaction begins one)'],
  ['START', 'START TRANSACTION as a statement (the command begin_transaction begins one)'],
  ['COMMIT', 'COMMIT as a statement (the command commit_transaction commits)'],
  ['ROLLBACK', 'ROLLBACK as a statement (the command rollback_transaction rolls back)'],
  ['SAVEPOINT', 'SAVEPOINT as a statement (it is a command of its own)'],
  ['GRANT', 'GRANT'],
  ['REVOKE', 'REVOKE'],
  ['SHOW', 'SHOW'],
  ['DESCRIBE', 'DESCRIBE'],
  ['PRAGMA', 'PRAGMA'],
  ['VACUUM', 'VACUUM'],
  ['MERGE', 'MERGE'],
  ['REPLACE', 'REPLACE as a statement'],
  ['CALL', 'CALL'],
  ['USE', 'USE'],
]);

/** The grammar of whole texts: one statement, with a semicolon or without. */
export class SqlGrammar extends DefinitionGrammar {
  constructor(config: IParserConfig) {
    super(config);
    this.performSelfAnalysis();
  }

  readonly text: Rule<SqlText> = this.rule('text', () => {
    let explain: SqlText['explain'];
    this.OPTION1({
      GATE: () => this.isWord('EXPLAIN'),
      DEF: () => {
        this.CONSUME1(t.Identifier);
        explain = 'plan';
        this.OPTION2({
          GATE: () => this.isWord('ANALYZE'),
          DEF: () => {
            this.CONSUME2(t.Identifier);
            explain = 'analyze';
          },
        });
      },
    });
    this.ACTION(() => this.#refuseElsewhere());
    const statement = this.OR({
      DEF: [
        { GATE: () => this.#atQueryStatement(), ALT: () => this.SUBRULE(this.selectQuery) },
        { ALT: () => this.SUBRULE(this.#change) },
        { ALT: () => this.SUBRULE(this.definition) },
      ],
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: 'a statement such as SELECT, INSERT, UPDATE or DELETE',
    });
    this.OPTION3(() => this.CONSUME(t.Semicolon));
    return this.ACTION(() => ({ ...(explain && { explain }), statement }));
  });

  #refuseElsewhere(): void {
    const first = this.LA(1);
    const what = first.tokenType === t.Identifier ? ELSEWHERE.get(first.image.toUpperCase()) : undefined;
    if (what !== undefined) this.unsupported(what, first);
  }

  /** A text that begins with WITH may also be a change. */
  #atQueryStatement(): boolean {
    if (this.LA(1).tokenType !== keyword.WITH) return this.atQuery();
    let depth = 0;
    for (let ahead = 2; this.LA(ahead).tokenType.name !== 'EOF'; ahead++) {
      const type = this.LA(ahead).tokenType;
      if (type === t.OpenParenthesis) depth++;
      if (type === t.CloseParenthesis) depth--;
      if (depth === 0 && CHANGE_WORDS.has(type)) return false;
      if (depth === 0 && (type === keyword.SELECT || type === keyword.VALUES)) return true;
    }
    return true;
  }

  readonly #change: Rule<SqlStatement> = this.rule('change', () => {
    const tables = this.OPTION(() => this.SUBRULE(this.commonTables)) ?? [];
    const change = this.OR([
      { ALT: () => this.SUBRULE(this.#insert) },
      { ALT: () => this.SUBRULE(this.#update) },
      { ALT: () => this.SUBRULE(this.#delete) },
    ]);
    return this.ACTION(() => ({ ...change, with: tables }));
  });

  readonly #insert: Rule<Extract<SqlStatement, { kind: 'insert' }>> = this.rule('insert', () => {
    const start = this.CONSUME(keyword.INSERT);
    this.CONSUME(keyword.INTO);
    const table = this.CONSUME(t.Name, TABLE);
    const columns = this.OPTION1({
      GATE: () => !this.atQuery(),
      DEF: () => this.SUBRULE(this.#columnPaths),
    });
    this.ACTION(() => {
      if (this.isWord('DEFAULT')) this.unsupported('DEFAULT VALUES');
    });
    const source = this.SUBRULE(this.selectQuery);
    const conflict = this.OPTION2(() => this.SUBRULE(this.#conflict));
    const returning = this.OPTION3(() => this.SUBRULE(this.#returning));
    return this.ACTION(() => ({
      kind: 'insert',
      with: [],
      table: nameOf(table),
      ...(columns && { columns }),
      source,
      ...(conflict && { conflict }),
      ...(returning && { returning }),
      span: this.since(start),
    }));
  });

  readonly #columnPaths: Rule<ColumnPath[]> = this.rule('columnPaths', () => {
    const paths: ColumnPath[] = [];
    this.CONSUME(t.OpenParenthesis);
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const path = this.SUBRULE(this.columnPath);
        this.ACTION(() => paths.push(path));
      },
    });
    this.CONSUME(t.CloseParenthesis);
    return paths;
  });

  readonly #conflict: Rule<ConflictClause> = this.rule('conflict', () => {
    const start = this.CONSUME(keyword.ON);
    this.expectWord('CONFLICT');
    this.CONSUME1(t.Identifier);
    const columns = this.SUBRULE(this.#columnPaths);
    this.expectWord('DO');
    this.CONSUME2(t.Identifier);
    this.ACTION(() => {
      if (this.isWord('NOTHING')) this.unsupported('ON CONFLICT DO NOTHING');
    });
    this.CONSUME(keyword.UPDATE);
    this.CONSUME(keyword.SET);
    const changes = this.SUBRULE(this.#assignments);
    return this.ACTION(() => ({ columns, changes, span: this.since(start) }));
  });

  readonly #assignments: Rule<Assignment[]> = this.rule('assignments', () => {
    const list: Assignment[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const column = this.SUBRULE(this.columnPath);
        this.CONSUME(t.Equal);
        const value = this.SUBRULE(this.expression);
        this.ACTION(() => list.push({ column, value }));
      },
    });
    return list;
  });

  readonly #update: Rule<Extract<SqlStatement, { kind: 'update' }>> = this.rule('update', () => {
    const start = this.CONSUME(keyword.UPDATE);
    const table = this.CONSUME(t.Name, TABLE);
    const alias = this.SUBRULE(this.alias);
    this.CONSUME(keyword.SET);
    const changes = this.SUBRULE(this.#assignments);
    const from = this.OPTION1(() => {
      this.CONSUME(keyword.FROM);
      return this.SUBRULE(this.tables);
    });
    const where = this.OPTION2(() => this.SUBRULE(this.where));
    const order = this.OPTION3(() => this.SUBRULE(this.sortItems)) ?? [];
    const limit = this.OPTION4(() => this.SUBRULE(this.#changeLimit));
    const returning = this.OPTION5(() => this.SUBRULE(this.#returning));
    return this.ACTION(() => ({
      kind: 'update',
      with: [],
      table: nameOf(table),
      ...(alias !== undefined && { alias }),
      changes,
      ...(from && { from }),
      ...(where && { where }),
      order,
      ...(limit && { limit }),
      ...(returning && { returning }),
      span: this.since(start),
    }));
  });

  readonly #changeLimit = this.rule('changeLimit', () => {
    this.CONSUME(keyword.LIMIT);
    return this.SUBRULE(this.expression);
  });

  readonly #delete: Rule<Extract<SqlStatement, { kind: 'delete' }>> = this.rule('delete', () => {
    const start = this.CONSUME(keyword.DELETE);
    this.CONSUME(keyword.FROM);
    const table = this.CONSUME(t.Name, TABLE);
    const alias = this.SUBRULE(this.alias);
    this.ACTION(() => {
      if (this.LA(1).tokenType === keyword.USING) this.unsupported('DELETE … USING');
    });
    const where = this.OPTION1(() => this.SUBRULE(this.where));
    const order = this.OPTION2(() => this.SUBRULE(this.sortItems)) ?? [];
    const limit = this.OPTION3(() => this.SUBRULE(this.#changeLimit));
    const returning = this.OPTION4(() => this.SUBRULE(this.#returning));
    return this.ACTION(() => ({
      kind: 'delete',
      with: [],
      table: nameOf(table),
      ...(alias !== undefined && { alias }),
      ...(where && { where }),
      order,
      ...(limit && { limit }),
      ...(returning && { returning }),
      span: this.since(start),
    }));
  });

  readonly #returning: Rule<SelectItem[]> = this.rule('returning', () => {
    this.CONSUME(keyword.RETURNING);
    return this.SUBRULE(this.selectItems);
  });
}

const CHANGE_WORDS: ReadonlySet<unknown> = new Set([keyword.INSERT, keyword.UPDATE, keyword.DELETE]);
