import { buildingFunctions } from './array/building.ts';
import { elementFunctions } from './array/elements.ts';
import { partFunctions } from './array/parts.ts';
import { setFunctions } from './array/sets.ts';
import { controlFunctions } from './control/control-functions.ts';
import { cryptoFunctions } from './crypto/crypto-functions.ts';
import { encodingFunctions } from './crypto/encoding-functions.ts';
import { dateArithmeticFunctions } from './date/arithmetic-functions.ts';
import { datePartFunctions } from './date/part-functions.ts';
import { dateTextFunctions } from './date/text-functions.ts';
import type { FunctionDefinition } from './definition.ts';
import { documentFunctions } from './document/document-functions.ts';
import { fulltextFunctions } from './fulltext/fulltext-functions.ts';
import { fuzzyFunctions } from './fuzzy/fuzzy-functions.ts';
import { geoFunctions } from './geo/geo-functions.ts';
import { higherOrderFunctions } from './higher-order/higher-order-functions.ts';
import { idFunctions } from './id/id-functions.ts';
import { jsonFunctions } from './json/json-functions.ts';
import { arithmeticFunctions } from './numeric/arithmetic.ts';
import { randomFunctions } from './numeric/random.ts';
import { roundingFunctions } from './numeric/rounding.ts';
import { trigonometryFunctions } from './numeric/trigonometry.ts';
import { memberFunctions } from './object/members.ts';
import { mergingFunctions } from './object/merging.ts';
import { phoneticFunctions } from './phonetic/phonetic-functions.ts';
import { regexFunctions } from './regex/regex-functions.ts';
import { statisticsFunctions } from './statistics/statistics.ts';
import { caseFunctions } from './string/case-functions.ts';
import { joiningFunctions } from './string/joining-functions.ts';
import { textPartFunctions } from './string/part-functions.ts';
import { replacementFunctions } from './string/replacement-functions.ts';
import { searchFunctions } from './string/search-functions.ts';
import { trimmingFunctions } from './string/trimming-functions.ts';
import { webFunctions } from './string/web-functions.ts';
import { conversionFunctions } from './type/conversion-functions.ts';
import { typeFunctions } from './type/type-functions.ts';
import { vectorFunctions } from './vector/vector-functions.ts';

/** The families of functions, in the order of the reference. */
const families: readonly (readonly FunctionDefinition[])[] = [
  caseFunctions,
  trimmingFunctions,
  textPartFunctions,
  searchFunctions,
  replacementFunctions,
  joiningFunctions,
  webFunctions,
  regexFunctions,
  fuzzyFunctions,
  phoneticFunctions,
  roundingFunctions,
  arithmeticFunctions,
  trigonometryFunctions,
  randomFunctions,
  statisticsFunctions,
  elementFunctions,
  partFunctions,
  buildingFunctions,
  setFunctions,
  higherOrderFunctions,
  memberFunctions,
  mergingFunctions,
  typeFunctions,
  conversionFunctions,
  controlFunctions,
  dateTextFunctions,
  datePartFunctions,
  dateArithmeticFunctions,
  geoFunctions,
  vectorFunctions,
  documentFunctions,
  fulltextFunctions,
  cryptoFunctions,
  encodingFunctions,
  idFunctions,
  jsonFunctions,
];

const definitions: readonly FunctionDefinition[] = families.flat();

const byName = new Map<string, FunctionDefinition>();
for (const definition of definitions) {
  for (const name of [definition.name, ...(definition.aliases ?? [])]) {
    if (name !== name.toUpperCase()) throw new Error(`function name ${name} is not upper case`);
    if (byName.has(name)) throw new Error(`two functions are called ${name}`);
    byName.set(name, definition);
  }
}

/** The function with this name or alias, written in upper case. */
export function functionByName(upperName: string): FunctionDefinition | undefined {
  return byName.get(upperName);
}

/** Every function once, family by family. */
export function allFunctions(): readonly FunctionDefinition[] {
  return definitions;
}
