/** What the sandbox tells of something that was thrown. */
export interface ThrownValue {
  readonly isError: boolean;
  readonly message: string;
  readonly stack: string;
}

/** What stands before the name of a text in a line of a stack. */
const BEFORE_NAME = /(?:\(|\bat |\basync )$/;

/** The line of a script's text that a stack names first. */
export function lineIn(stack: string, scriptName: string): number | undefined {
  for (let at = stack.indexOf(scriptName); at >= 0; at = stack.indexOf(scriptName, at + 1)) {
    // The name of another text may end like this one.
    if (!BEFORE_NAME.test(stack.slice(Math.max(0, at - 8), at))) continue;
    const place = /^:(\d{1,9}):\d{1,9}\)?$/m.exec(stack.slice(at + scriptName.length, at + scriptName.length + 24));
    if (place !== null && place.index === 0) return Number(place[1]);
  }
  return undefined;
}

/** What an uncaught exception answers: `<script name>:<line>: <message>`; something thrown that is no error stands as it is. */
export function thrownText({ isError, message, stack }: ThrownValue, scriptName: string): string {
  if (!isError) return message;
  const line = lineIn(stack, scriptName);
  return `${scriptName}${line === undefined ? '' : `:${line}`}: ${message}`;
}

/** The error of a text that does not compile, from the words of V8: `Unexpected token ';' [name:2:11]`. */
export function syntaxErrorText(problem: string, scriptName: string): string {
  const specifier = /^import\n([\s\S]*)$/.exec(problem)?.[1];
  if (specifier !== undefined) return `${scriptName}: import of '${specifier}': a script cannot import`;
  const place = /^([\s\S]*) \[([\s\S]*):(\d+):\d+\]$/.exec(problem);
  return place === null ? `${scriptName}: ${problem}` : `${scriptName}:${place[3]}: ${place[1]}`;
}
