import type { Value } from '@cairn/protocol/internal';
import type { NativeTable } from '../native-function.ts';
import { Parameters } from '../parameters.ts';
import { checkInput, checkRules, isRules } from './rules.ts';
import { SchemaValidation } from './schema-validation.ts';

/** What stands behind `solidb.validate` and its sisters. */
export const validationFunctions = {
  /** Whether a value fits a schema; with rules for fields: true, or a text that says what is wrong. */
  validate(...values): Value {
    const p = new Parameters('validate', values);
    const rules = p.value(2);
    if (isRules(rules)) return checkRules(p.value(1), rules) ?? true;
    return new SchemaValidation(rules).isValid(p.value(1));
  },
  validate_detailed(...values): Value {
    const p = new Parameters('validate_detailed', values);
    const problems = new SchemaValidation(p.value(2)).problems(p.value(1));
    const errors = problems.map(({ message, path, schemaPath }) => ({ message, path, schema_path: schemaPath }));
    return errors.length === 0 ? { valid: true, errors } : { valid: false, error_count: errors.length, errors };
  },
  /** Undefined, or what is wrong. */
  validate_input(...values): Value | undefined {
    const p = new Parameters('validate_input', values);
    return checkInput(p.optionalObject(1), p.object(2));
  },
} satisfies NativeTable;
