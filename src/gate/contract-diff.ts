/** A tool as a server lists it. */
export interface ListedTool {
  readonly name: string;
  readonly inputSchema?: unknown;
}

/** How a tool of the candidate differs from the baseline's. */
export interface ContractChange {
  readonly tool: string;
  readonly what: 'removed' | 'added' | 'changed';
  /** One sentence without the name of the tool. */
  readonly text: string;
}

type Schema = Readonly<Record<string, unknown>>;

/** Keys of a schema that are said in words; a difference in any other is only said to be there. */
const BOUNDS = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'pattern',
];
const MOST_CHANGES_A_TOOL = 5;

/**
 * What a caller of the baseline finds changed in the candidate's tool list: tools that went, came, and whose arguments differ in properties,
 * `required`, type, enum, bounds or `additionalProperties`; everything else is "changed". Pure.
 */
export function contractDiff(baseline: readonly ListedTool[], candidate: readonly ListedTool[]): readonly ContractChange[] {
  const after = new Map(candidate.map((tool) => [tool.name, tool]));
  const before = new Set(baseline.map(({ name }) => name));
  return [
    ...baseline.flatMap((tool): readonly ContractChange[] => {
      const now = after.get(tool.name);
      if (now === undefined) return [{ tool: tool.name, what: 'removed', text: 'is gone' }];
      const texts = schemaChanges(asSchema(tool.inputSchema), asSchema(now.inputSchema), '');
      const more = texts.length - MOST_CHANGES_A_TOOL;
      return texts.length === 0
        ? []
        : [
            {
              tool: tool.name,
              what: 'changed',
              text: `${texts.slice(0, MOST_CHANGES_A_TOOL).join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
            },
          ];
    }),
    ...candidate.flatMap(({ name }): readonly ContractChange[] =>
      before.has(name) ? [] : [{ tool: name, what: 'added', text: 'is new' }],
    ),
  ];
}

function schemaChanges(before: Schema, after: Schema, path: string): readonly string[] {
  const at = path === '' ? 'the arguments' : path;
  const changes: string[] = [];
  const said = new Set(['properties', 'required', 'items', 'title', 'description', 'examples', '$schema', 'default']);
  const differs = (key: string): boolean => JSON.stringify(sorted(before[key])) !== JSON.stringify(sorted(after[key]));
  for (const key of ['type', 'enum', 'additionalProperties', ...BOUNDS]) {
    said.add(key);
    if (differs(key)) changes.push(`${key} of ${at}: ${shown(before[key])} became ${shown(after[key])}`);
  }
  const [requiredBefore, requiredAfter] = [names(before.required), names(after.required)];
  for (const name of requiredAfter) if (!requiredBefore.includes(name)) changes.push(`${within(path, name)} is required now`);
  for (const name of requiredBefore)
    if (!requiredAfter.includes(name)) changes.push(`${within(path, name)} is no longer required`);
  const [propertiesBefore, propertiesAfter] = [asSchema(before.properties), asSchema(after.properties)];
  for (const [name, schema] of Object.entries(propertiesBefore)) {
    if (!Object.hasOwn(propertiesAfter, name)) changes.push(`${within(path, name)} is gone`);
    else changes.push(...schemaChanges(asSchema(schema), asSchema(propertiesAfter[name]), within(path, name)));
  }
  for (const name of Object.keys(propertiesAfter)) {
    if (!Object.hasOwn(propertiesBefore, name)) changes.push(`${within(path, name)} is new`);
  }
  if (before.items !== undefined || after.items !== undefined) {
    changes.push(...schemaChanges(asSchema(before.items), asSchema(after.items), `${path}[]`));
  }
  const others = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !said.has(key) && differs(key));
  if (others.length > 0) changes.push(`${at} changed (${others.join(', ')})`);
  return changes;
}

const within = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const asSchema = (value: unknown): Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};

const names = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];

/** Keys of objects, and the members of `type` and `enum`, in one order: it means nothing there. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

const LONGEST_SHOWN = 60;
const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
};
