import type { Value } from '@cairn/protocol/internal';
import type { TokenType } from 'chevrotain';
import { aggregateByName, allAggregates } from '../functions/aggregates.ts';
import { allFunctions, functionByName } from '../functions/registry.ts';
import { keyword, WORD_TYPES } from '../lexer/token-types.ts';
import { rankingFunctionNames } from '../plan/expressions/window-calls.ts';
import { KEYWORD_HELP } from './keyword-help.ts';
import { nameIn, type QueryReading, readText, ruleOf } from './query-reading.ts';
import { Scope } from './scope.ts';
import { aggregateSignatureText, signatureText } from './signature-text.ts';
import { type ClassifiedToken, classify } from './tokens/tokens.ts';

/** What is to be said about a place of a text. */
export interface Hover {
  /** The word that it is said about. */
  readonly start: number;
  readonly end: number;
  /** A signature or a way to write it. */
  readonly title: string;
  readonly summary: string;
  /** Calls with their answers. */
  readonly examples?: readonly { readonly expression: string; readonly result: Value }[];
}

/**
 * What the word at `offset` means: the signature and purpose of a function, the use of a keyword, where a variable
 * comes from; undefined where there is nothing to say.
 */
export function hover(text: string, offset: number): Hover | undefined {
  const reading = readText(text);
  const index = reading.tokens.findIndex((token) => token.start <= offset && offset < token.end);
  const token = reading.tokens[index];
  if (token === undefined) return undefined;
  const classified = classify(reading).find((candidate) => candidate.start === token.start)!;
  const about = describe(reading, index, classified);
  return about && { start: token.start, end: token.end, ...about };
}

/** What is to be said about a word by itself. */
export type About = Omit<Hover, 'start' | 'end'>;

function describe(reading: QueryReading, index: number, { kind }: ClassifiedToken): About | undefined {
  const token = reading.tokens[index]!;
  const name = nameIn(reading.text, token);
  switch (kind) {
    case 'function':
      return ruleOf(token) === 'aggregate' ? aboutAggregate(name) : aboutFunction(name);
    case 'keyword':
    case 'constant':
      return aboutKeyword(token.type);
    case 'variable':
      return aboutVariable(reading, index, name);
    default:
      return undefined;
  }
}

function aboutFunction(name: string): About | undefined {
  const upperName = name.toUpperCase();
  if (rankingFunctionNames.includes(upperName)) {
    return { title: `${upperName}(…) OVER (…)`, summary: KEYWORD_HELP.get(keyword.OVER)!.summary };
  }
  const definition = functionByName(upperName);
  if (definition === undefined) return undefined;
  const { summary, examples, aliases = [] } = definition;
  const also = aliases.length === 0 ? '' : ` Also called ${aliases.join(', ')}.`;
  return { title: signatureText(definition), summary: `${summary}${also}`, examples };
}

function aboutAggregate(name: string): About | undefined {
  const definition = aggregateByName(name.toUpperCase());
  return definition && { title: aggregateSignatureText(definition), summary: definition.summary };
}

function aboutKeyword(type: TokenType): About | undefined {
  const help = KEYWORD_HELP.get(type);
  return help && { title: help.usage, summary: help.summary };
}

/** All that a word of the language or the name of a function means, written in any case. */
export function aboutWord(word: string): readonly About[] {
  const type = WORD_TYPES.get(word.toUpperCase());
  const found = [type && aboutKeyword(type), aboutFunction(word), aboutAggregate(word)];
  return found.filter((about) => about !== undefined);
}

function aboutVariable(reading: QueryReading, index: number, name: string): About | undefined {
  const token = reading.tokens[index]!;
  const variable = new Scope(reading, index).visibleIn(token.reading?.frame).get(name);
  if (variable === undefined) return undefined;
  const { source } = variable;
  const of =
    source === undefined ? '' : `, from ${[source.collection, ...source.path].join('.').replaceAll('.*', '[*]')}`;
  return { title: name, summary: `A variable bound by ${variable.boundBy}${of}.` };
}

/** The words that `aboutWord` knows: keywords, functions and aggregates. */
export function knownWords(): readonly string[] {
  const functions = [...allFunctions(), ...allAggregates()].flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const keywords = [...KEYWORD_HELP.keys()].map((type) => type.name);
  return [...new Set([...keywords, ...functions, ...rankingFunctionNames])].sort();
}
