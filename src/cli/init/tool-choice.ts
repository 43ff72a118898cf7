import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ToolDescription } from '../../mcp/driver.js';
import { changeIn, whyMayWrite } from '../../mcp/tool-effect.js';
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

/** Which tools of a server may stand in a starter scenario as active calls: those that only read, as far as their marks and their words say. */
export function chooseTools(tools: readonly ToolDescription[]): readonly ToolChoice[] {
  return tools.map((tool) => {
    const made = sampleValue(tool.inputSchema);
    const args = (typeof made === 'object' && made !== null && !Array.isArray(made) ? made : {}) as Readonly<
      Record<string, unknown>
    >;
    const leftOut = whyMayWrite(tool) ?? misfitOf(tool, args);
    if (leftOut !== undefined) return { tool, arguments: args, leftOut };
    const remark = remarkOn(tool);
    return { tool, arguments: args, ...(remark === undefined ? {} : { remark }) };
  });
}

function remarkOn(tool: ToolDescription): string | undefined {
  if (tool.annotations?.readOnlyHint !== true)
    return 'the server does not say whether this tool only reads, and none of its words speaks of a change: make sure before you run it';
  const change = changeIn(tool);
  return change === undefined ? undefined : change.replace('not marked as read-only, and', 'marked as read-only, yet');
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
