import { EXPRESSION_LIMITS } from '../limits.ts';

/** Compiled patterns by their text; the one added longest ago goes first. */
export class PatternCache<Compiled> {
  readonly #compile: (pattern: string) => Compiled;
  readonly #compiled = new Map<string, Compiled>();

  constructor(compile: (pattern: string) => Compiled) {
    this.#compile = compile;
  }

  get(pattern: string): Compiled {
    let compiled = this.#compiled.get(pattern);
    if (compiled === undefined) {
      compiled = this.#compile(pattern);
      if (pattern.length > EXPRESSION_LIMITS.patternLengthCachedMax) return compiled;
      if (this.#compiled.size >= EXPRESSION_LIMITS.patternsCachedMax) {
        this.#compiled.delete(this.#compiled.keys().next().value!);
      }
      this.#compiled.set(pattern, compiled);
    }
    return compiled;
  }
}
