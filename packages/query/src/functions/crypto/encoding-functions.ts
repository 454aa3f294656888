import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FunctionError } from '../function-error.ts';

const text: Parameter = { name: 'text', type: 'string' };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(functionName: string, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new FunctionError(functionName, 'the decoded bytes are not valid UTF-8');
  }
}

function encoder(name: string, alias: string, encoding: 'base64' | 'hex', summary: string, result: string) {
  return {
    name,
    aliases: [alias],
    category: 'crypto',
    parameters: [text],
    summary,
    examples: [{ expression: `${name}('é')`, result }],
    evaluate: (_context: FunctionContext, input: string) => Buffer.from(input).toString(encoding),
  };
}

function decoder(
  name: string,
  alias: string,
  encoding: 'base64' | 'hex',
  valid: RegExp,
  summary: string,
  encoded: string,
): FunctionDefinition {
  return {
    name,
    aliases: [alias],
    category: 'crypto',
    parameters: [text],
    summary,
    examples: [{ expression: `${name}('${encoded}')`, result: 'é' }],
    evaluate: (_context: FunctionContext, input: string) => {
      const bytes = Buffer.from(input, encoding);
      // Base64 has several texts for bytes that do not fill its last letter; only the one that is written counts.
      if (!valid.test(input) || (encoding === 'base64' && bytes.toString(encoding) !== input)) {
        throw new FunctionError(name, `argument 1 (text) is not valid ${encoding}`);
      }
      return decodeUtf8(name, bytes);
    },
  };
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const HEXADECIMAL = /^(?:[0-9A-Fa-f]{2})*$/;

/** Functions between text and the letters that stand for its UTF-8 bytes. */
export const encodingFunctions: readonly FunctionDefinition[] = [
  encoder('BASE64_ENCODE', 'TO_BASE64', 'base64', 'The text’s UTF-8 bytes in base64, padded.', 'w6k='),
  decoder(
    'BASE64_DECODE',
    'FROM_BASE64',
    'base64',
    BASE64,
    'The text whose UTF-8 bytes stand in padded base64; an error for anything else.',
    'w6k=',
  ),
  encoder('HEX_ENCODE', 'TO_HEX', 'hex', 'The text’s UTF-8 bytes in hexadecimal digits.', 'c3a9'),
  decoder(
    'HEX_DECODE',
    'FROM_HEX',
    'hex',
    HEXADECIMAL,
    'The text whose UTF-8 bytes stand in hexadecimal digits; an error for anything else.',
    'C3A9',
  ),
];
