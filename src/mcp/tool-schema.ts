import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Schema = Readonly<Record<string, unknown>>;

/** Checks a value: undefined when it fits, else what is wrong in a sentence. */
type Check = (value: unknown) => string | undefined;

// `addUsedSchema`: two tools may give their schemas the same $id. Unknown keywords and formats are the server's business.
const OPTIONS = { strict: false, addUsedSchema: false, logger: false } as const;

let draft07: Ajv | undefined;
let draft2020: Ajv2020 | undefined;
const compiled = new WeakMap<Schema, Check>();

/**
 * Compiles a tool's schema once, as JSON Schema 2020-12 (the default of MCP) or draft-07 where it says so.
 * @throws Error when it is no valid JSON Schema
 */
export function schemaCheck(schema: Schema): Check {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const validate = validator(schema);
  const check: Check = (value) => (validate(value) === true ? undefined : sentence(validate.errors?.[0]));
  compiled.set(schema, check);
  return check;
}

function validator(schema: Schema): ValidateFunction {
  if (typeof schema.$schema === 'string' && /draft-0[4-7]/.test(schema.$schema)) {
    if (draft07 === undefined) {
      draft07 = new Ajv(OPTIONS);
      addFormats.default(draft07);
    }
    return draft07.compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' });
  }
  if (draft2020 === undefined) {
    draft2020 = new Ajv2020(OPTIONS);
    addFormats.default(draft2020);
  }
  const { $schema: _, ...rest } = schema;
  return draft2020.compile(rest);
}

function sentence(error: ErrorObject | undefined): string {
  if (error === undefined) return 'does not fit the schema';
  const where = error.instancePath === '' ? 'the value' : error.instancePath;
  const params = error.params as Readonly<Record<string, unknown>>;
  const detail = params.additionalProperty ?? params.allowedValues;
  return `${where} ${error.message ?? 'does not fit'}${detail === undefined ? '' : ` (${[detail].flat().map(String).join(', ')})`}`;
}
