// The declaration file of the package: one file, made of the declarations that dist/index.d.ts reaches. What is inferred from a zod schema stands in it
// as plain types made from the JSON Schema of the same, with its descriptions: readers see keys and what they mean, and no types of zod.
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';

const KEY = /^[A-Za-z_$][\w$]*$/;

/** A description as a comment before a key. */
const comment = (text, indent) => (text === undefined ? '' : `${indent}/** ${text.replaceAll('*/', '* /')} */\n`);

/**
 * TypeScript for a JSON Schema, as far as zod makes them.
 * @param optional how the type of a key that may be absent ends
 */
function typeOf(schema, names, optional, indent = '') {
  const inner = `${indent}  `;
  const next = (node) => typeOf(node, names, optional, inner);
  if (schema.$ref !== undefined) {
    const { name, node } = names.get(schema.$ref);
    return name ?? typeOf(node, names, optional, indent);
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined)
    return [...new Set(schema.anyOf.map((node) => typeOf(node, names, optional, indent)))].join(' | ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ type }, names, optional, indent)).join(' | ');
  switch (schema.type) {
    case undefined:
      return 'unknown';
    case 'integer':
      return 'number';
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'array':
      if (schema.prefixItems !== undefined) return `readonly [${schema.prefixItems.map(next).join(', ')}]`;
      return `readonly ${grouped(typeOf(schema.items ?? {}, names, optional, indent))}[]`;
    case 'object': {
      if (schema.properties === undefined)
        return `{ readonly [name: string]: ${typeOf(schema.additionalProperties ?? {}, names, optional, indent)} }`;
      const required = new Set(schema.required);
      const keys = Object.entries(schema.properties).map(([name, node]) => {
        const key = KEY.test(name) ? name : JSON.stringify(name);
        const mark = required.has(name) ? ':' : '?:';
        return `${comment(described(node, names), inner)}${inner}readonly ${key}${mark} ${next(node)}${required.has(name) ? '' : optional};\n`;
      });
      return `{\n${keys.join('')}${indent}}`;
    }
    default:
      throw new Error(`a JSON Schema of the type ${JSON.stringify(schema.type)} has no declaration yet`);
  }
}

/** What a key means: said at the key, else at what it refers to. */
const described = ({ description, $ref }, names) =>
  description ?? ($ref === undefined ? undefined : described(names.get($ref).node, names));

const grouped = (type) => (/^[\w.]+$/.test(type) || type.startsWith('{') ? type : `(${type})`);

/** Declarations of a schema and of what it refers to. */
function schemaTypes(name, schema, optional) {
  // Only maps of keys have a name of their own: what is a number or a list reads better in its place.
  const definitions = Object.entries(schema.$defs ?? {});
  let count = 0;
  const names = new Map(
    definitions.map(([key, node]) => [
      `#/$defs/${key}`,
      { node, name: node.properties === undefined ? undefined : `${name}Part${++count}` },
    ]),
  );
  const parts = [...names.values()]
    .filter((part) => part.name !== undefined)
    .map((part) => `${comment(part.node.description, '')}type ${part.name} = ${typeOf(part.node, names, optional)};`);
  return { text: `type ${name} = ${typeOf(schema, names, optional)};`, parts };
}

/** The statements of a declaration file as tsc writes it, each with the comment before it. */
function statementsOf(text) {
  const statements = [];
  let doc = '';
  let open;
  for (const line of text.split('\n')) {
    if (/^\/\*\*/.test(line)) {
      open = undefined;
      doc = `${line}\n`;
    } else if (doc !== '' && open === undefined && /^ \*/.test(line)) doc += `${line}\n`;
    else if (/^(export|declare|import|type|interface)\b/.test(line)) {
      open = { doc, text: line };
      doc = '';
      statements.push(open);
    } else if (open !== undefined && line !== '' && !line.startsWith('//#')) open.text += `\n${line}`;
  }
  return statements;
}

const IMPORT = /^(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s+from\s+['"]([^'"]+)['"];$/s;
const DECLARED = /^(?:export )?(?:declare )?(?:abstract )?(?:type|interface|class|function|const)\s+([\w$]+)/;

/** One declaration file: what it declares by name, what it imports, and the names that it passes on. */
function readModule(file, dist) {
  const declared = new Map();
  const imported = new Map();
  const exported = [];
  for (const { doc, text } of statementsOf(readFileSync(join(dist, file), 'utf8'))) {
    const [, names, from] = IMPORT.exec(text) ?? [];
    if (names !== undefined) {
      for (const each of names.split(',').map((name) => name.trim().replace(/^type /, ''))) {
        const [name, as = name] = each.split(/\s+as\s+/);
        const target = from.startsWith('.') ? posix.join(posix.dirname(file), from.replace(/\.js$/, '.d.ts')) : from;
        imported.set(as, { name, target });
        if (text.startsWith('export')) exported.push(as);
      }
      continue;
    }
    const name = DECLARED.exec(text)?.[1];
    if (name === undefined) {
      if (text === 'export {};') continue;
      throw new Error(`${file}: a statement that the declarations cannot hold: ${text.slice(0, 80)}`);
    }
    declared.set(name, { doc, text });
    if (text.startsWith('export')) exported.push(name);
  }
  return { declared, imported, exported };
}

const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\//g, '');

/**
 * What the package declares.
 * @param root folder of the project, with what tsc made in dist/
 * @returns the declarations in order, those of the API first; `parts` are of a schema
 */
export async function publicDeclarations(root) {
  const dist = join(root, 'dist');
  const built = (file) => import(pathToFileURL(join(dist, file)).href);
  const { scenarioJsonSchema } = await built('scenario/schema/json-schema.js');
  const { resultJsonSchema } = await built('result/result.js');
  // Types that are made from a JSON Schema, and what the type of a key that may be absent ends with.
  const schemas = {
    Scenario: { schema: scenarioJsonSchema(), optional: ' | undefined' },
    Result: { schema: resultJsonSchema(), optional: '' },
  };
  const modules = new Map();
  const moduleOf = (file) => {
    if (!modules.has(file)) modules.set(file, readModule(file, dist));
    return modules.get(file);
  };
  const found = new Map();
  const queue = moduleOf('index.d.ts').exported.map((name) => ({ file: 'index.d.ts', name, isPublic: true }));
  for (const { file, name, isPublic } of queue) {
    if (!file.endsWith('.d.ts')) throw new Error(`the API reaches ${name} of the package ${file}`);
    const { declared, imported } = moduleOf(file);
    const link = imported.get(name);
    if (link !== undefined) {
      queue.push({ file: link.target, name: link.name, isPublic });
      continue;
    }
    const { doc, text: written } = declared.get(name) ?? {};
    if (written === undefined) throw new Error(`${file} declares no ${name}`);
    const known = found.get(name);
    if (known !== undefined) {
      if (known.file !== file) throw new Error(`${name} is declared by ${known.file} and by ${file}: rename one of them`);
      known.isPublic ||= isPublic;
      continue;
    }
    const schema = schemas[name];
    const { text, parts } =
      schema === undefined
        ? { text: written.replace(/^export /, '').replace(/^declare /, ''), parts: [] }
        : schemaTypes(name, schema.schema, schema.optional);
    found.set(name, { name, file, doc, text, parts, isPublic, isMade: schema !== undefined });
    if (schema !== undefined) continue;
    const words = new Set(withoutComments(text).match(/[A-Za-z_$][\w$]*/g));
    for (const other of [...declared.keys(), ...imported.keys()])
      if (other !== name && words.has(other)) queue.push({ file, name: other, isPublic: false });
  }
  return [...found.values()];
}

/** The declaration file. */
export const declarationFile = (declarations) =>
  `${declarations
    .flatMap(({ doc, text, parts, isPublic }) => {
      const declare = /^(class|abstract|function|const)\b/.test(text) ? 'declare ' : '';
      return [...parts.map((part) => `${part}\n`), `${doc}${isPublic ? 'export ' : ''}${declare}${text}\n`];
    })
    .join('\n')}\nexport {};\n`;
