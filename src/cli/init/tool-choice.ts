import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ToolDescription } from '../../mcp/driver.js';
import { sampleValue } from './sample-arguments.js';

/** A tool as the starter scenario shows it. */
export interface ToolChoice {
  readonly tool: ToolDescription;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Why the call stands in the file as a comment only; absent when it is active. */
  readonly leftOut?: string;
  /** Said beside an active call. */
  readonly remark?: string;
}

const CHANGES =
  /(^|[_.\- ])(add|buy|cancel|create|delete|drop|edit|exec|execute|insert|kill|move|order|pay|place|post|purge|put|remove|rename|reset|run|send|set|start|stop|toggle|trigger|truncate|update|upload|write)([_.\- ]|$)/i;

/**
 * Which tools of a server may stand in a starter scenario as active calls. Only those that are said to read, as far as there are any: by the MCP
 * specification a tool that says nothing may change and destroy. Where no tool says anything, those are taken whose names do not speak of a change.
 */
export function chooseTools(tools: readonly ToolDescription[]): readonly ToolChoice[] {
  const anyDeclared = tools.some(({ annotations }) => annotations?.readOnlyHint === true);
  return tools.map((tool) => {
    const made = sampleValue(tool.inputSchema);
    const args = (typeof made === 'object' && made !== null && !Array.isArray(made) ? made : {}) as Readonly<
      Record<string, unknown>
    >;
    const leftOut = dangerOf(tool, anyDeclared) ?? misfitOf(tool, args);
    if (leftOut !== undefined) return { tool, arguments: args, leftOut };
    if (tool.annotations?.readOnlyHint === true) return { tool, arguments: args };
    return { tool, arguments: args, remark: 'the server does not say whether this tool only reads: make sure before you run it' };
  });
}

function dangerOf(tool: ToolDescription, anyDeclared: boolean): string | undefined {
  const { readOnlyHint, destructiveHint } = tool.annotations ?? {};
  if (readOnlyHint === true) return undefined;
  if (destructiveHint === true) return 'marked as destructive by the server';
  if (readOnlyHint === false) return 'marked as not read-only by the server';
  if (anyDeclared) return 'not marked as read-only, unlike other tools of this server';
  return CHANGES.test(tool.name.replace(/([a-z])([A-Z])/g, '$1_$2'))
    ? 'not marked as read-only, and its name speaks of a change'
    : undefined;
}

/** Why the arguments made cannot stand as they are. */
function misfitOf(tool: ToolDescription, args: Readonly<Record<string, unknown>>): string | undefined {
  const text = JSON.stringify(args);
  if (text.includes('${') || text.includes('{{'))
    return 'its example arguments hold ${ or {{, which scenarios give a meaning: write them yourself';
  try {
    const ajv = new Ajv2020({ strict: false, allErrors: false, logger: false, validateSchema: false });
    addFormats.default(ajv);
    const { $schema: _dialect, $id: _id, ...schema } = tool.inputSchema;
    const validate = ajv.compile(schema);
    if (validate(args)) return undefined;
    const [error] = validate.errors ?? [];
    return `no arguments could be made from its inputSchema (${error?.instancePath || 'the arguments'} ${error?.message ?? 'do not fit'}): fill them in`;
  } catch (error) {
    return `its inputSchema cannot be read: ${(error as Error).message}`;
  }
}
