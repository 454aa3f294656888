import assert from 'node:assert/strict';
import { type Value, valuesEqual } from '@cairn/protocol/internal';
import { checkArity } from './caller.ts';
import { allFunctions, functionByName } from './registry.ts';
import { evaluate } from './testing/evaluate.ts';

/** Numbers that a computer's mathematics may get one bit apart count as equal. */
function alike(left: Value, right: Value): boolean {
  if (typeof left === 'number' && typeof right === 'number') {
    return Math.abs(left - right) <= 1e-12 * Math.max(1, Math.abs(right));
  }
  return valuesEqual(left, right);
}

/** Functions that answer from stored documents, of which an expression alone has none. */
const WITHOUT_EXAMPLES = ['VECTOR_INDEX_STATS', 'COLLECTION_COUNT', 'SAMPLE', 'FULLTEXT', 'HYBRID_SEARCH'];

/** Every name that the guide to the language promises. */
const PROMISED = `
  UPPER LOWER TO_UPPER TOUPPER TO_LOWER TOLOWER TRIM LTRIM RTRIM CONCAT CONCAT_SEPARATOR CONCAT_WS CONTAINS STARTS_WITH
  ENDS_WITH SPLIT SUBSTRING SUBSTR LEFT RIGHT CHAR_LENGTH CHARACTER_LENGTH REVERSE FIND_FIRST FIND FIND_LAST RFIND SUBSTITUTE
  REPLACE CAPITALIZE TITLE_CASE INITCAP ENCODE_URI URL_ENCODE ENCODE_URI_COMPONENT DECODE_URI URL_DECODE DECODE_URI_COMPONENT
  SLUGIFY SANITIZE IS_EMAIL IS_URL IS_UUID IS_BLANK REGEX_TEST REGEX_REPLACE LEVENSHTEIN SIMILARITY FUZZY_MATCH SOUNDEX
  METAPHONE DOUBLE_METAPHONE COLOGNE_PHONETIC COLOGNE CAVERPHONE NYSIIS SOUNDEX_FR SOUNDEX_ES SOUNDEX_IT SOUNDEX_PT SOUNDEX_NL
  SOUNDEX_EL SOUNDEX_JA ABS FLOOR CEIL SQRT CEILING ROUND POW POWER LOG LN LOG10 LOG2 EXP SIN COS TAN ATAN DEGREES RADIANS
  ASIN ACOS ATAN2 PI E RANDOM RAND RANDOM_INT RAND_INT SUM AVG AVERAGE MIN MAX MEDIAN VARIANCE VAR_POP VAR_SAMP STDDEV STDDEV_POP
  STDDEV_SAMP STDDEV_POPULATION COUNT_DISTINCT COUNT_UNIQUE UNIQUE_COUNT COUNT FIRST LAST NTH LENGTH SLICE SORTED SORT
  SORTED_DESC UNIQUE FLATTEN PUSH POP SHIFT UNSHIFT APPEND UNION INTERSECTION MINUS DIFFERENCE POSITION INDEX_OF RANGE MAP
  FILTER ALL EVERY ANY SOME REDUCE ATTRIBUTES KEYS VALUES HAS KEEP UNSET MERGE IS_ARRAY IS_LIST IS_BOOL IS_BOOLEAN IS_NUMBER
  IS_NUMERIC IS_INTEGER IS_INT IS_STRING IS_NULL IS_OBJECT IS_DOCUMENT IS_EMPTY TYPENAME TYPEOF TYPE_OF TO_NUMBER TO_NUM
  TO_STRING TO_STR TO_BOOL TO_BOOLEAN TO_ARRAY TO_LIST DATE_NOW NOW NOW_ISO DATE_NOW_ISO DATE_ISO8601 DATE_TIMESTAMP DATE_YEAR
  DATE_MONTH DATE_DAY DATE_HOUR DATE_MINUTE DATE_SECOND DATE_DAYOFWEEK DATE_QUARTER DATE_DAYOFYEAR DATE_DAYS_IN_MONTH
  DATE_ISOWEEK DATE_WEEK DATE_FORMAT DATE_ADD DATE_SUBTRACT DATE_SUB DATE_DIFF DATE_TRUNC TIME_BUCKET HUMAN_TIME JSON_PARSE
  PARSE_JSON JSON_STRINGIFY TO_JSON JSON_STRINGIFY_PRETTY MD5 SHA256 SHA512 HMAC_SHA256 BASE64_ENCODE TO_BASE64 BASE64_DECODE
  FROM_BASE64 HEX_ENCODE TO_HEX HEX_DECODE FROM_HEX ARGON2_HASH ARGON2_VERIFY UUID UUID_V4 UUID_V7 UUIDV4 UUIDV7 ULID NANOID
  DISTANCE GEO_DISTANCE GEO_WITHIN VECTOR_SIMILARITY VECTOR_DISTANCE VECTOR_NORMALIZE VECTOR_INDEX_STATS FULLTEXT BM25
  HYBRID_SEARCH HIGHLIGHT SAMPLE DOCUMENT COLLECTION_COUNT COALESCE NOT_NULL NULLIF IF ASSERT SLEEP PAD_LEFT LPAD PAD_RIGHT
  RPAD REPEAT WORD_COUNT TRUNCATE_TEXT ELLIPSIS MASK REGEX_MATCH MOD CLAMP SIGN DEG RAD PERCENTILE VARIANCE_SAMPLE TAKE DROP SKIP
  CHUNK SORTED_UNIQUE ZIP REMOVE_VALUE CONTAINS_ARRAY DEEP_MERGE GET ENTRIES FROM_ENTRIES IS_DATETIME`
  .trim()
  .split(/\s+/);

describe('the table of functions', () => {
  it('has every function that the guide promises', () => {
    const missing = PROMISED.filter((name) => functionByName(name) === undefined);
    assert.deepEqual(missing, []);
  });

  it('describes each function with a sentence and at least one example', () => {
    for (const { name, summary, examples } of allFunctions()) {
      assert.match(summary, /^\S.*\.$/s, `${name} has no sentence`);
      assert.ok(examples.length > 0 || WITHOUT_EXAMPLES.includes(name), `${name} has no example`);
    }
  });

  it('puts optional parameters behind required ones', () => {
    for (const { name, parameters } of allFunctions()) {
      const firstOptional = parameters.findIndex(({ optional }) => optional);
      const ordered = firstOptional < 0 || parameters.slice(firstOptional).every(({ optional }) => optional);
      assert.ok(ordered, name);
    }
  });

  it('finds a function by its aliases', () => {
    assert.equal(functionByName('DATE_SUB'), functionByName('DATE_SUBTRACT'));
    assert.equal(functionByName('date_sub'), undefined, 'names are looked up in capitals');
  });

  it('refuses a surplus argument where nothing may follow', () => {
    for (const definition of allFunctions()) {
      if (definition.rest !== undefined) continue;
      assert.throws(() => checkArity(definition, definition.parameters.length + 1), /takes/, definition.name);
    }
  });

  for (const { name, examples } of allFunctions()) {
    for (const { expression, result } of examples) {
      it(`${name}: ${expression}`, () => {
        const answer = evaluate(expression);
        assert.ok(alike(answer, result), `answered ${JSON.stringify(answer)}, not ${JSON.stringify(result)}`);
      });
    }
  }
});
