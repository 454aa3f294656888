/** As much of better-sqlite3 as the benchmark uses; the package brings no types. */
declare module 'better-sqlite3' {
  namespace Database {
    interface Statement {
      run(...values: readonly unknown[]): unknown;
      get(...values: readonly unknown[]): unknown;
      all(...values: readonly unknown[]): unknown[];
      /** Rows as arrays, which cost less than objects. */
      raw(toggle: boolean): this;
    }

    interface Database {
      pragma(text: string): unknown;
      exec(sql: string): this;
      prepare(sql: string): Statement;
      transaction<A extends unknown[]>(work: (...args: A) => void): (...args: A) => void;
      close(): this;
    }
  }

  const Database: new (path: string) => Database.Database;
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it
  export default Database;
}
