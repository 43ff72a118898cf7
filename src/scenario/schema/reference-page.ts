import { UNIT_PATTERNS } from '../file/units.js';
import { editorPattern } from './field-types.js';
import { type JsonSchemaNode, scenarioJsonSchema } from './json-schema.js';

interface Row {
  readonly key: string;
  readonly value: string;
  readonly fallback: string;
  readonly text: string;
}

const UNIT_NAMES = new Map<string, string>(
  (
    [
      [UNIT_PATTERNS.duration, 'duration'],
      [UNIT_PATTERNS.rate, 'rate'],
      [UNIT_PATTERNS.rateOrRamp, 'rate or ramp'],
      [UNIT_PATTERNS.ratio, 'ratio'],
      [UNIT_PATTERNS.size, 'size'],
    ] as const
  ).map(([pattern, name]) => [editorPattern(pattern), name]),
);

/** What may stand as a value, in a few words. */
const valueText = (node: JsonSchemaNode): string => {
  if (node.anyOf !== undefined) {
    const texts = [...new Set(node.anyOf.map(valueText))];
    if (texts.includes('ratio')) return 'ratio';
    return texts.join(' or ');
  }
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum !== undefined)
    return node.enum.length > 12 ? 'outcome class' : node.enum.map((word) => `\`${String(word)}\``).join(', ');
  if (node.pattern !== undefined && UNIT_NAMES.has(node.pattern)) return UNIT_NAMES.get(node.pattern) ?? '';
  // Text that YAML may have typed: it is text afterwards.
  if (Array.isArray(node.type)) return 'text';
  switch (node.type) {
    case 'string':
      return node.format === 'uri' ? 'URL' : 'text';
    case 'integer':
      return 'whole number';
    case 'number':
      return 'number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return node.items === undefined ? 'list' : `list of ${valueText(node.items)}`;
    case 'object':
      return 'map';
    default:
      return 'any JSON value';
  }
};

const fallbackText = (node: JsonSchemaNode, required: boolean): string => {
  if (required) return 'required';
  const { default: value } = node;
  if (value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)) return '';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
};

const rowsOf = (node: JsonSchemaNode, path: string): readonly Row[] => {
  const here = Object.entries(node.properties ?? {}).flatMap(([key, value]): readonly Row[] => {
    const name = path === '' ? key : `${path}.${key}`;
    // With io: 'input' zod lists as required only what has no default.
    const required = node.required?.includes(key) === true;
    return [
      { key: name, value: valueText(value), fallback: fallbackText(value, required), text: value.description ?? '' },
      ...rowsOf(value, name),
    ];
  });
  const inside =
    typeof node.additionalProperties === 'object' && node.additionalProperties.properties !== undefined
      ? rowsOf(node.additionalProperties, `${path}.<name>`)
      : [];
  const items = node.items === undefined ? [] : rowsOf(node.items, `${path}[]`);
  return [...here, ...inside, ...items, ...(node.anyOf ?? []).flatMap((branch) => rowsOf(branch, path))];
};

/** Every key of the grammar with its description, in the order of the file. */
export const grammarRows = (): readonly Row[] => rowsOf(scenarioJsonSchema(), '');

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

const table = (rows: readonly Row[]): string =>
  [
    '| key | value | default | meaning |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ key, value, fallback, text }) => `| \`${key}\` | ${cell(value)} | ${cell(fallback)} | ${cell(text)} |`),
  ].join('\n');

const INTRODUCTION = `# Scenario reference

<!-- Made by \`npm run schema\` from src/scenario/schema/*-schema.ts. Edit those, not this page. -->

A scenario is one YAML 1.2 file. Unknown keys are errors, and all problems are listed, each with file, line, column and path.
Editors check the file as you type with the JSON Schema of the package: put this line first.

    # yaml-language-server: $schema=node_modules/plimsoll/schema/scenario.schema.json

## Values

| value | written | meaning |
| --- | --- | --- |
| duration | \`250ms\` \`10s\` \`5m\` \`1h\` | always with its unit |
| rate | \`100/s\` \`600/m\` \`3600/h\` | arrivals or calls |
| ramp | \`100/s..300/s\` | linear from the first rate to the second |
| ratio | \`99%\` or \`0.99\` | |
| number | \`7\` \`0.5\` \`1e3\` | in arguments too; one that a double cannot hold (\`9007199254740993\`) is refused: in quotes it is a text, and a cell of a CSV feed is sent digit by digit |
| size | \`16MiB\` \`4GiB\` \`500MB\` | KiB, MiB, GiB, TiB count in 1024s; kB, MB, GB, TB in 1000s |

## Variables, overlays, overrides

- \`\${VAR}\` and \`\${VAR:-default}\` read the environment in any text; inside \`[ ]\` and \`{ }\` they need quotes. \`$\${\` is a literal \`\${\`.
  Unquoted and alone, a number stays a number: \`count: \${SESSIONS:-10}\`.
- \`\${secret:VAR}\` and \`\${secret:VAR:-default}\` do too, and the value is written as \`***\` in every file and on the screen. So are credentials in
  headers, settings in \`env\` that are named like a password, token, secret or key, and passwords in URLs. A secret of fewer than 8 characters is
  hidden elsewhere only where it is a whole word. Line breaks at the ends of a secret are left out: a file that holds one ends in one.
- \`--env NAME\` lays \`<scenario>.NAME.yaml\` over the file: maps are merged, everything else is replaced, \`null\` takes a key away.
- \`--set path=value\` sets one value, for instance \`--set load.phases.1.rate=200/s\`. The value is YAML, lists count from 0, the index after the last
  adds an entry, \`null\` takes a key away, and a part with dots in it is put in double quotes.

## Templates

Any text in the arguments of a call may hold \`{{ seq }}\` (index of the arrival, from 0), \`{{ feed.column }}\` (a cell of the row that the arrival drew)
and, in later steps of a journey, \`{{ name }}\` (what a step saved). A text that is one template and nothing else keeps the type of the value. \`\\{{\` is
two literal braces.

## Keys

\`<name>\` is a name of your choice, \`[]\` for each entry of a list.
`;

/** The reference page of scenario files, in Markdown, made from the schema. */
export const referencePage = (): string => {
  const rows = grammarRows();
  const sections = Object.keys(scenarioJsonSchema().properties ?? {}).map((key) => {
    const own = rows.filter((row) => row.key === key || row.key.startsWith(`${key}.`) || row.key.startsWith(`${key}[`));
    return `### ${key}\n\n${table(own)}\n`;
  });
  return `${INTRODUCTION}\n${sections.join('\n')}`;
};
