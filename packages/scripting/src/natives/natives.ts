import { cryptoFunctions } from './crypto/crypto-functions.ts';
import type { NativeTable } from './native-function.ts';
import { stringFunctions } from './text/string-functions.ts';
import { timeFunctions } from './time/time-functions.ts';
import { sanitizeFunctions } from './validation/sanitize.ts';
import { validationFunctions } from './validation/validation-functions.ts';
import { webFunctions } from './web/web-functions.ts';

/** Every function that computes for scripts without asking the server, by table and name: `NATIVES.crypto.sha256`. */
export const NATIVES: Readonly<Record<string, NativeTable>> = {
  string: stringFunctions,
  crypto: cryptoFunctions,
  time: timeFunctions,
  validation: validationFunctions,
  sanitize: sanitizeFunctions,
  web: webFunctions,
};
