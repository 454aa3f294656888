/**
 * The types of WebAssembly's JavaScript interface that Node's own types leave out, as far as we use them, with JavaScript
 * Promise Integration (`Suspending`, `promising`).
 */
declare global {
  namespace WebAssembly {
    type ImportValue = unknown;
    type Imports = Record<string, Record<string, ImportValue>>;

    interface ImportDescriptor {
      readonly module: string;
      readonly name: string;
      readonly kind: string;
    }

    class Module {
      constructor(bytes: Uint8Array);
      static imports(module: Module): ImportDescriptor[];
    }

    class Instance {
      readonly exports: Record<string, unknown>;
      constructor(module: Module, imports: Imports);
    }

    interface Memory {
      readonly buffer: ArrayBuffer;
      /** @returns the size before, in pages of 64 KiB */
      grow(pages: number): number;
    }

    interface Table {
      readonly length: number;
      /** @returns the length before */
      grow(count: number): number;
      set(index: number, value: unknown): void;
    }

    class Tag {
      constructor(type: { parameters: readonly string[] });
    }

    class Exception extends Error {
      is(tag: Tag): boolean;
    }

    /** An import whose promise suspends the WebAssembly stack that calls it. */
    class Suspending {
      constructor(implementation: (...parameters: never[]) => unknown);
    }

    /** An export that may be suspended: answers with a promise. */
    function promising<P extends readonly number[]>(
      exported: (...parameters: P) => number,
    ): (...parameters: P) => Promise<number>;
  }
}

export {};
