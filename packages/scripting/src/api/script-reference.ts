import { authSection, errorSection, responseSection } from './reference/answering.ts';
import { cryptoSection, timeSection, validationSection } from './reference/computing.ts';
import { collectionSection, databaseSection, jobSection, transactionSection } from './reference/data.ts';
import { jsonSection, tableSection, textSection } from './reference/text.ts';
import { developerSection, fileSection, serverSection, webSocketSection } from './reference/world.ts';
import type { ScriptSection } from './script-function.ts';

/** All that Lua scripts find beside the libraries of Lua, in the order of the reference. What is not here is not there. */
export const SCRIPT_SECTIONS: readonly ScriptSection[] = [
  databaseSection,
  collectionSection,
  transactionSection,
  responseSection,
  errorSection,
  authSection,
  validationSection,
  serverSection,
  jobSection,
  fileSection,
  webSocketSection,
  textSection,
  tableSection,
  jsonSection,
  cryptoSection,
  timeSection,
  developerSection,
];

/** The names of all functions. */
export function scriptFunctionNames(): string[] {
  return SCRIPT_SECTIONS.flatMap(({ functions }) => functions.map(({ name }) => name));
}
