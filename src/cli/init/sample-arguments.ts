type Schema = Readonly<Record<string, unknown>>;

/** Deep enough for real tools; a schema that goes on for ever (a tree) ends here. */
const MAX_DEPTH = 6;

/**
 * A value that a JSON Schema should accept: constant, default, example or first enum member where the schema names one, else the least value of
 * its type. Objects get their required properties only. A best effort: the caller validates it (a `pattern` cannot be met by guessing).
 */
export function sampleValue(schema: unknown, root: Schema = isObject(schema) ? schema : {}, depth = 0): unknown {
  if (!isObject(schema)) return {};
  if (typeof schema.$ref === 'string') return depth > MAX_DEPTH ? null : sampleValue(resolve(schema.$ref, root), root, depth + 1);
  if ('const' in schema) return schema.const;
  if ('default' in schema) return schema.default;
  if (Array.isArray(schema.examples) && schema.examples.length > 0) return schema.examples[0];
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum.find((value) => value !== null) ?? null;
  if (Array.isArray(schema.allOf)) return sampleValue(merge(schema, schema.allOf, root), root, depth + 1);
  for (const choice of [schema.oneOf, schema.anyOf]) {
    if (Array.isArray(choice) && choice.length > 0) {
      const { oneOf: _one, anyOf: _any, ...rest } = schema;
      return sampleValue(
        merge(rest, [choice.find((one) => !isObject(one) || one.type !== 'null') ?? choice[0]], root),
        root,
        depth + 1,
      );
    }
  }
  return byType(schema, root, depth);
}

/** Required arguments whose value is only made up: texts and numbers for which the schema names no value of its own. */
export function madeUpArguments(schema: Schema): readonly string[] {
  const whole = Array.isArray(schema.allOf) ? merge(schema, schema.allOf, schema) : schema;
  const properties = isObject(whole.properties) ? whole.properties : {};
  const required = Array.isArray(whole.required) ? whole.required.filter((name) => typeof name === 'string') : [];
  return required.filter((name) => {
    const value = sampleValue(properties[name] ?? { type: 'string' }, schema, 1);
    return (typeof value === 'string' || typeof value === 'number') && !namesValue(properties[name], schema, 0);
  });
}

function namesValue(schema: unknown, root: Schema, depth: number): boolean {
  if (!isObject(schema) || depth > MAX_DEPTH) return false;
  if (typeof schema.$ref === 'string') return namesValue(resolve(schema.$ref, root), root, depth + 1);
  if ('const' in schema || 'default' in schema) return true;
  if ([schema.examples, schema.enum].some((list) => Array.isArray(list) && list.length > 0)) return true;
  return [schema.allOf, schema.oneOf, schema.anyOf].some(
    (list) => Array.isArray(list) && list.some((part) => namesValue(part, root, depth + 1)),
  );
}

function byType(schema: Schema, root: Schema, depth: number): unknown {
  const type = Array.isArray(schema.type) ? schema.type.find((name) => name !== 'null') : (schema.type ?? guessedType(schema));
  switch (type) {
    case 'string':
      return sampleString(schema);
    case 'integer':
    case 'number':
      return sampleNumber(schema, type === 'integer');
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'array': {
      const count = Math.min(numberOr(schema.minItems, 0), 100);
      return Array.from({ length: count }, () => (depth > MAX_DEPTH ? null : sampleValue(schema.items ?? {}, root, depth + 1)));
    }
    default: {
      const properties = isObject(schema.properties) ? schema.properties : {};
      const required = Array.isArray(schema.required) ? schema.required.filter((name) => typeof name === 'string') : [];
      if (depth > MAX_DEPTH) return {};
      return Object.fromEntries(
        required.map((name) => [name, sampleValue(properties[name] ?? { type: 'string' }, root, depth + 1)]),
      );
    }
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  time: '00:00:00Z',
  duration: 'PT1S',
  email: 'someone@example.org',
  hostname: 'example.org',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.org/',
  url: 'https://example.org/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

function sampleString(schema: Schema): string {
  const text = (typeof schema.format === 'string' && FORMATS[schema.format]) || exampleIn(schema) || 'example';
  const longest = numberOr(schema.maxLength, Number.POSITIVE_INFINITY);
  return text.padEnd(Math.min(numberOr(schema.minLength, 0), 10_000), 'e').slice(0, longest);
}

/** A value that a description gives as an example: `IANA name, e.g. 'Europe/London'`. */
function exampleIn({ description, pattern, maxLength }: Schema): string | undefined {
  if (typeof description !== 'string' || pattern !== undefined || maxLength !== undefined) return undefined;
  return /(?:\be\.g\.|\bfor (?:example|instance)|\bsuch as|\bexamples?:)[^'"`]{0,40}(['"`])([^'"`\r\n]{1,100})\1/i.exec(
    description,
  )?.[2];
}

function sampleNumber(schema: Schema, integer: boolean): number {
  const step = numberOr(schema.multipleOf, 0);
  const least = Math.max(
    numberOr(schema.minimum, Number.NEGATIVE_INFINITY),
    numberOr(schema.exclusiveMinimum, Number.NEGATIVE_INFINITY) + (integer ? 1 : Number.EPSILON),
  );
  const most = Math.min(
    numberOr(schema.maximum, Number.POSITIVE_INFINITY),
    numberOr(schema.exclusiveMaximum, Number.POSITIVE_INFINITY) - (integer ? 1 : Number.EPSILON),
  );
  // 1 is a likelier value than 0 for an id, a page or a limit.
  const wanted = Math.min(Math.max(1, least), most);
  const whole = integer ? Math.ceil(wanted) : wanted;
  return step > 0 ? Math.ceil(whole / step) * step : whole;
}

function guessedType(schema: Schema): string {
  if (isObject(schema.properties) || Array.isArray(schema.required)) return 'object';
  if ('items' in schema) return 'array';
  if ('minimum' in schema || 'maximum' in schema) return 'number';
  if ('minLength' in schema || 'pattern' in schema || 'format' in schema) return 'string';
  return 'object';
}

function merge(base: Schema, parts: readonly unknown[], root: Schema): Schema {
  const { allOf: _all, ...rest } = base;
  let merged: Schema = rest;
  for (const part of parts) {
    const schema = isObject(part) && typeof part.$ref === 'string' ? resolve(part.$ref, root) : part;
    if (!isObject(schema)) continue;
    const both = (key: string): Schema => ({
      ...(isObject(merged[key]) ? merged[key] : {}),
      ...(isObject(schema[key]) ? schema[key] : {}),
    });
    const lists = (key: string): unknown[] => [
      ...(Array.isArray(merged[key]) ? merged[key] : []),
      ...(Array.isArray(schema[key]) ? schema[key] : []),
    ];
    merged = {
      ...merged,
      ...schema,
      ...('properties' in merged || 'properties' in schema ? { properties: both('properties') } : {}),
      ...('required' in merged || 'required' in schema ? { required: [...new Set(lists('required'))] } : {}),
    };
  }
  return merged;
}

/** What a local reference (`#/$defs/x`) points at. Remote ones are not fetched. */
function resolve(reference: string, root: Schema): unknown {
  if (!reference.startsWith('#')) return {};
  let at: unknown = root;
  for (const part of reference.slice(1).split('/').filter(Boolean)) {
    at = isObject(at) ? at[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return at ?? {};
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
