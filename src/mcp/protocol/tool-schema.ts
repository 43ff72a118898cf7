import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';

type Schema = Readonly<Record<string, unknown>>;

/** Checks a value: undefined when it fits, else what is wrong in a sentence. */
type Check = (value: unknown) => string | undefined;

// `addUsedSchema`: two tools may give their schemas the same $id. Unknown keywords and formats are the server's business.
const OPTIONS = { strict: false, addUsedSchema: false, logger: false } as const;

const compiled = new WeakMap<Schema, Check>();

/** The drafts that a schema may be written in, by what its `$schema` says, with the reader of each. */
const DRAFTS = [
  { says: /draft-0?[34]\//, make: () => new AjvDraft04.default(OPTIONS) },
  { says: /draft-0?[5-7]\//, make: () => new Ajv(OPTIONS) },
  { says: /2019-09/, make: () => new Ajv2019(OPTIONS) },
  { says: /2020-12/, make: () => new Ajv2020(OPTIONS) },
] as const;
const [DRAFT_04, DRAFT_07, , DRAFT_2020] = DRAFTS;

type Draft = (typeof DRAFTS)[number];
const readers = new Map<Draft, Pick<Ajv, 'compile'>>();

function compileAs(draft: Draft, schema: Schema): ValidateFunction {
  let reader = readers.get(draft);
  if (reader === undefined) {
    const made = draft.make();
    addFormats.default(made as Ajv);
    readers.set(draft, made as Pick<Ajv, 'compile'>);
    reader = made as Pick<Ajv, 'compile'>;
  }
  // The reader is chosen: a name of the draft in another spelling would be one that it does not know.
  const { $schema: _, ...rest } = schema;
  return reader.compile(rest);
}

/**
 * Compiles a tool's schema once: as the draft that it names, else as JSON Schema 2020-12 (the default of MCP), else, where it is none of
 * that, as an older draft that it may have been written in.
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
  const named = DRAFTS.find(({ says }) => typeof schema.$schema === 'string' && says.test(`${schema.$schema}/`));
  if (named !== undefined) return compileAs(named, schema);
  try {
    return compileAs(DRAFT_2020, schema);
  } catch (error) {
    for (const older of [DRAFT_07, DRAFT_04]) {
      try {
        return compileAs(older, schema);
      } catch {
        // The complaint of the default draft is the one to tell.
      }
    }
    throw error;
  }
}

function sentence(error: ErrorObject | undefined): string {
  if (error === undefined) return 'does not fit the schema';
  const where = error.instancePath === '' ? 'the value' : error.instancePath;
  const params = error.params as Readonly<Record<string, unknown>>;
  const detail = params.additionalProperty ?? params.allowedValues;
  return `${where} ${error.message ?? 'does not fit'}${detail === undefined ? '' : ` (${[detail].flat().map(String).join(', ')})`}`;
}
