import type { IToken } from 'chevrotain';
import * as t from '../lexer/sql-token-types.ts';
import type { ColumnDefinition, ColumnPath, SqlDefinition } from '../tree/sql-statement.ts';
import { SelectGrammar } from './select-grammar.ts';
import { isName, nameOf, type Rule } from './sql-grammar-base.ts';

const { keyword } = t;
const TABLE = { ERR_MSG: 'the name of a table' };
const INDEX = { ERR_MSG: 'the name of an index' };

/** What a definition of a column may promise and this database cannot keep. */
const UNKEPT: readonly string[] = [
  'DEFAULT',
  'REFERENCES',
  'CHECK',
  'GENERATED',
  'AUTOINCREMENT',
  'COLLATE',
  'FOREIGN',
];

/** What CREATE TABLE says between its parentheses. */
interface TableElements {
  readonly columns: ColumnDefinition[];
  readonly unique: string[][];
}

/** The grammar of statements that change what tables and indexes there are. */
export abstract class DefinitionGrammar extends SelectGrammar {
  protected readonly definition: Rule<SqlDefinition> = this.rule('definition', () =>
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.#create) },
        { ALT: () => this.SUBRULE(this.#drop) },
        {
          GATE: () => this.isWord('TRUNCATE'),
          ALT: () => {
            this.CONSUME(t.Identifier);
            this.OPTION(() => this.CONSUME(keyword.TABLE));
            const table = this.CONSUME(t.Name, TABLE);
            return this.ACTION((): SqlDefinition => ({ kind: 'truncate', table: nameOf(table) }));
          },
        },
      ],
      ERR_MSG: 'a statement such as SELECT, INSERT, UPDATE, DELETE, CREATE or DROP',
    }),
  );

  readonly #create: Rule<SqlDefinition> = this.rule('create', () => {
    this.CONSUME(keyword.CREATE);
    this.ACTION(() => this.#refuseOtherObjects());
    return this.OR({
      DEF: [{ ALT: () => this.SUBRULE(this.#createTable) }, { ALT: () => this.SUBRULE(this.#createIndex) }],
      ERR_MSG: 'TABLE or INDEX',
    });
  });

  #refuseOtherObjects(): void {
    const other = [
      'VIEW',
      'TEMP',
      'TEMPORARY',
      'MATERIALIZED',
      'TRIGGER',
      'FUNCTION',
      'DATABASE',
      'SCHEMA',
      'SEQUENCE',
    ];
    const found = other.find((word) => this.isWord(word));
    if (found !== undefined) this.unsupported(`${this.LA(0).image.toUpperCase()} ${found}`);
  }

  readonly #ifNotExists: Rule<boolean> = this.rule('ifNotExists', () => {
    const found = this.OPTION({
      GATE: () => this.isWord('IF'),
      DEF: () => {
        this.CONSUME(t.Identifier);
        this.CONSUME(keyword.NOT);
        return this.CONSUME(keyword.EXISTS);
      },
    });
    return found !== undefined;
  });

  readonly #ifExists: Rule<boolean> = this.rule('ifExists', () => {
    const found = this.OPTION({
      GATE: () => this.isWord('IF'),
      DEF: () => {
        this.CONSUME(t.Identifier);
        return this.CONSUME(keyword.EXISTS);
      },
    });
    return found !== undefined;
  });

  readonly #createTable: Rule<SqlDefinition> = this.rule('createTable', () => {
    this.CONSUME(keyword.TABLE);
    const ifNotExists = this.SUBRULE(this.#ifNotExists);
    const table = this.CONSUME(t.Name, TABLE);
    const elements: TableElements = { columns: [], unique: [] };
    this.OPTION(() => {
      this.CONSUME(t.OpenParenthesis);
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.#tableElement, { ARGS: [elements] }) });
      this.CONSUME(t.CloseParenthesis);
    });
    this.ACTION(() => {
      if (this.LA(1).tokenType === keyword.AS) this.unsupported('CREATE TABLE … AS');
    });
    return this.ACTION((): SqlDefinition => ({ kind: 'create-table', table: nameOf(table), ifNotExists, ...elements }));
  });

  readonly #tableElement: Rule<void, [elements: TableElements]> = this.rule('tableElement', (elements) => {
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(keyword.UNIQUE);
            const columns = this.SUBRULE1(this.columnNames);
            this.ACTION(() => elements.unique.push(columns));
          },
        },
        {
          GATE: () => this.isWord('PRIMARY') && this.isWord('KEY', 2),
          ALT: () => {
            this.CONSUME1(t.Identifier);
            this.CONSUME2(t.Identifier);
            const columns = this.SUBRULE2(this.columnNames);
            this.ACTION(() => elements.unique.push(columns));
          },
        },
        { ALT: () => this.SUBRULE(this.#columnDefinition, { ARGS: [elements] }) },
      ],
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: 'the name of a column',
    });
  });

  readonly #columnDefinition: Rule<void, [elements: TableElements]> = this.rule('columnDefinition', (elements) => {
    this.ACTION(() => {
      if (this.isWord('CONSTRAINT') || this.isWord('FOREIGN') || this.isWord('CHECK'))
        this.unsupported(this.LA(1).image.toUpperCase());
    });
    const name = this.CONSUME(t.Name, { ERR_MSG: 'the name of a column' });
    const type = this.OPTION({
      GATE: () => !this.isWord('PRIMARY') && !UNKEPT.some((word) => this.isWord(word)),
      DEF: () => this.SUBRULE(this.dataType),
    });
    let notNull = false;
    let unique = false;
    this.MANY({
      GATE: () => !isName(this.LA(1)) || this.isWord('PRIMARY'),
      DEF: () => {
        const constraint = this.SUBRULE(this.#constraint);
        this.ACTION(() => {
          notNull ||= constraint === 'not null' || constraint === 'primary key';
          unique ||= constraint === 'unique' || constraint === 'primary key';
        });
      },
    });
    this.ACTION(() => {
      const unkept = UNKEPT.find((word) => this.isWord(word));
      if (unkept !== undefined) this.unsupported(`${unkept} in the definition of a column`);
      elements.columns.push({ name: nameOf(name), ...(type && { type }), notNull, unique });
    });
  });

  readonly #constraint: Rule<'not null' | 'null' | 'unique' | 'primary key'> = this.rule('constraint', () =>
    this.OR([
      {
        ALT: () => {
          this.CONSUME(keyword.NOT);
          return this.CONSUME1(keyword.NULL) && ('not null' as const);
        },
      },
      { ALT: () => this.CONSUME2(keyword.NULL) && ('null' as const) },
      { ALT: () => this.CONSUME(keyword.UNIQUE) && ('unique' as const) },
      {
        GATE: () => this.isWord('PRIMARY'),
        ALT: () => {
          this.CONSUME1(t.Identifier);
          this.expectWord('KEY');
          return this.CONSUME2(t.Identifier) && ('primary key' as const);
        },
      },
    ]),
  );

  readonly #createIndex: Rule<SqlDefinition> = this.rule('createIndex', () => {
    const unique = this.OPTION1(() => this.CONSUME(keyword.UNIQUE)) !== undefined;
    this.expectWord('INDEX');
    this.CONSUME1(t.Identifier);
    const ifNotExists = this.SUBRULE(this.#ifNotExists);
    const name = this.OPTION2(() => this.CONSUME2(t.Name, INDEX));
    this.CONSUME(keyword.ON);
    const table = this.CONSUME3(t.Name, TABLE);
    const before = this.SUBRULE1(this.#indexType);
    const columns: string[] = [];
    this.CONSUME(t.OpenParenthesis);
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const column = this.SUBRULE(this.#indexColumn);
        this.ACTION(() => columns.push(column));
      },
    });
    this.CONSUME(t.CloseParenthesis);
    const type = this.SUBRULE2(this.#indexType) ?? before;
    this.ACTION(() => {
      if (this.LA(1).tokenType === keyword.WHERE) this.unsupported('an index with WHERE');
    });
    return this.ACTION(
      (): SqlDefinition => ({
        kind: 'create-index',
        ...(name && { name: nameOf(name) }),
        table: nameOf(table),
        columns,
        unique,
        ...(type !== undefined && { type }),
        ifNotExists,
      }),
    );
  });

  readonly #indexType: Rule<string | undefined> = this.rule('indexType', () => {
    const type = this.OPTION(() => {
      this.CONSUME(keyword.USING);
      return this.CONSUME(t.Name, { ERR_MSG: 'the type of an index' });
    });
    return this.ACTION(() => type && nameOf(type));
  });

  /** `a`, `a.b`, `tags[*]`; ASC may follow, since an index is read from both ends, so may DESC. */
  readonly #indexColumn: Rule<string> = this.rule('indexColumn', () => {
    const column = this.SUBRULE(this.columnPath);
    const members = this.OPTION1(() => {
      this.CONSUME(t.OpenBracket);
      this.CONSUME(t.Star);
      return this.CONSUME(t.CloseBracket);
    });
    this.OPTION2(() => this.OR([{ ALT: () => this.CONSUME(keyword.ASC) }, { ALT: () => this.CONSUME(keyword.DESC) }]));
    return this.ACTION(() => column.path.join('.') + (members === undefined ? '' : '[*]'));
  });

  /** `a`, `a.b`. */
  protected readonly columnPath: Rule<ColumnPath> = this.rule('columnPath', () => {
    const path: IToken[] = [];
    const first = this.CONSUME(t.Name, { ERR_MSG: 'the name of a column' });
    this.MANY(() => {
      this.CONSUME(t.Dot);
      const next = this.CONSUME(t.Word, { ERR_MSG: 'the name of a column' });
      this.ACTION(() => path.push(next));
    });
    return this.ACTION(() => ({ path: [first, ...path].map(nameOf), span: this.since(first) }));
  });

  readonly #drop: Rule<SqlDefinition> = this.rule('drop', () => {
    this.CONSUME(keyword.DROP);
    this.ACTION(() => this.#refuseOtherObjects());
    return this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(keyword.TABLE);
            const ifExists = this.SUBRULE1(this.#ifExists);
            const table = this.CONSUME1(t.Name, TABLE);
            return this.ACTION((): SqlDefinition => ({ kind: 'drop-table', table: nameOf(table), ifExists }));
          },
        },
        {
          ALT: () => {
            this.expectWord('INDEX', 'TABLE');
            this.CONSUME(t.Identifier);
            const ifExists = this.SUBRULE2(this.#ifExists);
            const name = this.CONSUME2(t.Name, INDEX);
            const table = this.OPTION(() => {
              this.CONSUME(keyword.ON);
              return this.CONSUME3(t.Name, TABLE);
            });
            return this.ACTION(
              (): SqlDefinition => ({
                kind: 'drop-index',
                name: nameOf(name),
                ...(table && { table: nameOf(table) }),
                ifExists,
              }),
            );
          },
        },
      ],
      ERR_MSG: 'TABLE or INDEX',
    });
  });
}
