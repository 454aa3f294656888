import type { CairnError } from '@cairn/protocol/internal';
import type { Span } from '../../ast/expression.ts';
import { positionAt } from '../../parser/query-syntax-error.ts';

/** What planning found wrong, and the part of the text that it is about. */
export interface PlanProblem {
  readonly error: CairnError;
  readonly span: Span;
}

/** Takes a problem. One that throws ends the planning there; with one that returns, planning goes on as well as it can. */
export type ProblemListener = (problem: PlanProblem) => void;

/** Ends the planning with the first problem; its error's details say the place, as those of syntax errors do. */
export function throwProblem(text: string): ProblemListener {
  return ({ error, span }) => {
    const { line, column, offset } = positionAt(text, Math.min(span.start, text.length));
    throw Object.assign(error, { details: { ...error.details, line, column, offset } });
  };
}
