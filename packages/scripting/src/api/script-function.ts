/** A function that scripts call, as data: it stands in the reference, and only what stands here is put into a script's world. */
export interface ScriptFunction {
  /** `string.trim`; `collection:get` for a method of a handle. */
  readonly name: string;
  /** The parameters as one writes them; `?` marks those that may be left out. */
  readonly parameters: string;
  readonly result: string;
  readonly summary: string;
  /** Texts of errors, or when they come. */
  readonly errors?: readonly string[];
  /** Lua that runs as it stands, and the JSON of what it returns. */
  readonly example?: { readonly code: string; readonly result: unknown };
}

/** Functions that belong together. */
export interface ScriptSection {
  readonly title: string;
  readonly introduction?: string;
  readonly functions: readonly ScriptFunction[];
}

/** A function of the reference in one line of code. */
export function scriptFunction(
  name: string,
  parameters: string,
  result: string,
  summary: string,
  more: Pick<ScriptFunction, 'errors' | 'example'> = {},
): ScriptFunction {
  return { name, parameters, result, summary, ...more };
}

/** An example of one expression. */
export function example(code: string, result: unknown): Pick<ScriptFunction, 'example'> {
  return {
    example: { code: /^\s*(?:return|local)\b/.test(code) || code.includes('\n') ? code : `return ${code}`, result },
  };
}
