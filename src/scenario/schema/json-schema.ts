import { z } from 'zod';
import type { TreePath } from '../file/yaml-tree.js';
import { scenarioSchema } from './scenario-schema.js';

/** A node of the JSON Schema, as far as plimsoll reads it itself. */
export interface JsonSchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchemaNode | boolean;
  readonly items?: JsonSchemaNode;
  readonly anyOf?: readonly JsonSchemaNode[];
}

let made: JsonSchemaNode | undefined;

/** JSON Schema (2020-12) of scenario files, for editors; made from the zod schema. */
export const scenarioJsonSchema = (): JsonSchemaNode => {
  made ??= {
    ...z.toJSONSchema(scenarioSchema, { io: 'input', reused: 'inline' }),
    title: 'plimsoll scenario',
    description:
      'A load scenario for an MCP server. Durations 250ms 10s 5m 1h, rates 100/s 600/m, ratios 99% or 0.99, sizes 16MiB.',
  } as JsonSchemaNode;
  return made;
};

/** The branches of a node that can be maps or lists. */
const branches = (node: JsonSchemaNode): readonly JsonSchemaNode[] =>
  node.anyOf === undefined ? [node] : node.anyOf.flatMap(branches);

const step = (node: JsonSchemaNode, part: string | number): readonly JsonSchemaNode[] =>
  branches(node).flatMap((branch) => {
    const next =
      branch.type === 'array' && /^[0-9]+$/.test(String(part))
        ? branch.items
        : (branch.properties?.[part] ??
          (typeof branch.additionalProperties === 'object' ? branch.additionalProperties : undefined));
    return next === undefined ? [] : [next];
  });

/** The keys that the grammar knows at a path of a scenario file. */
export const keysAt = (path: TreePath): readonly string[] => {
  let nodes: readonly JsonSchemaNode[] = [scenarioJsonSchema()];
  for (const part of path) nodes = nodes.flatMap((node) => step(node, part));
  return [...new Set(nodes.flatMap(branches).flatMap((node) => Object.keys(node.properties ?? {})))];
};
