import type { Value, ValueObject } from '@cairn/protocol';
import { visibleText } from '../terminal/display-width.ts';

/** A plan for people: a step a line, from the first that runs to the answer, and what could make it faster. */
export function planText(explanation: Readonly<Record<string, Value>>): string {
  const lines = [...stepLines(explanation.plan ?? null, 0), ...adviceLines(explanation.advice)];
  const rewrites = textsOf(explanation.rewrites);
  if (rewrites.length > 0) lines.push(`rewrites: ${rewrites.join(', ')}`);
  for (const warning of textsOf(explanation.warnings)) lines.push(`warning: ${warning}`);
  return lines.map(visibleText).join('\n');
}

/** The node of the first step lies deepest: `source` is what a step takes its rows from. */
function stepLines(node: Value, depth: number): string[] {
  if (!isNode(node)) return [];
  const margin = '  '.repeat(depth);
  const sources = Array.isArray(node.source) ? node.source : [node.source ?? null];
  const subqueries = Array.isArray(node.subqueries) ? node.subqueries : [];
  return [
    ...sources.flatMap((source) => stepLines(source, depth)),
    `${margin}${stepText(node)}`,
    ...noteLines(node).map((note) => `${margin}    ${note}`),
    ...subqueries.flatMap((subquery) => subqueryLines(subquery, depth + 1)),
  ];
}

function stepText(node: ValueObject): string {
  const counts =
    node.rows === undefined
      ? `about ${plural(node.rows_estimated, 'row')}`
      : `${plural(node.rows, 'row')}, ${node.ms} ms`;
  return `${node.op} ${node.detail ?? ''}`.trimEnd().concat(`  (${counts})`);
}

function noteLines(node: ValueObject): string[] {
  const notes: string[] = [];
  if (isNode(node.access)) {
    const { bounds, filtered } = node.access;
    if (typeof bounds === 'string' && bounds !== '') notes.push(`where ${bounds}`);
    if (typeof filtered === 'string') notes.push(`then ${filtered}`);
  }
  for (const index of Array.isArray(node.indexes) ? node.indexes : []) {
    if (isNode(index)) notes.push(`index ${index.index}: ${index.reason}`);
  }
  return notes;
}

function subqueryLines(subquery: Value, depth: number): string[] {
  if (!isNode(subquery)) return [];
  return [`${'  '.repeat(depth)}subquery, ${subquery.runs}:`, ...stepLines(subquery.plan ?? null, depth + 1)];
}

function adviceLines(advice: Value | undefined): string[] {
  return (Array.isArray(advice) ? advice : []).filter(isNode).map((entry) => {
    const fields = textsOf(entry.fields).join(', ');
    const gain = `would read about ${plural(entry.rows_read_then, 'row')} instead of ${entry.rows_read_now}`;
    return `advice: an index on ${entry.collection} (${fields}) ${gain}`;
  });
}

const plural = (count: Value | undefined, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
const textsOf = (value: Value | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

function isNode(value: Value | undefined): value is ValueObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
