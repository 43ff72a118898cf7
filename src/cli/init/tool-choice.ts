import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ToolDescription } from '../../mcp/driver.js';
import { changeIn, whyMayWrite } from '../../mcp/protocol/tool-effect.js';
import { madeUpArguments, sampleValue } from './sample-arguments.js';

/** A tool as the starter scenario shows it. */
export interface ToolChoice {
  readonly tool: ToolDescription;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Names of arguments whose values are made up, and may be none that the server has. */
  readonly madeUp: readonly string[];
  /** Why the call stands in the file as a comment only; absent when it is active. */
  readonly leftOut?: string;
  /** It is left out for its arguments alone: it could be called with others. */
  readonly unfit?: boolean;
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
    const madeUp = madeUpArguments(tool.inputSchema);
    const risk = whyMayWrite(tool);
    if (risk !== undefined) return { tool, arguments: args, madeUp, leftOut: risk };
    const remark = remarkOn(tool);
    const misfit = misfitOf(tool, args);
    return {
      tool,
      arguments: args,
      madeUp,
      ...(remark === undefined ? {} : { remark }),
      ...(misfit === undefined ? {} : { leftOut: misfit, unfit: true }),
    };
  });
}

function remarkOn(tool: ToolDescription): string | undefined {
  if (tool.annotations?.readOnlyHint !== true)
    return 'the server does not say whether this tool only reads, and its description mentions no change: make sure before you run it';
  const change = changeIn(tool);
  return change === undefined ? undefined : change.replace('not marked as read-only, and', 'marked as read-only, yet');
}

/** Why these arguments cannot stand as they are. */
export function misfitOf(tool: ToolDescription, args: Readonly<Record<string, unknown>>): string | undefined {
  const text = JSON.stringify(args);
  if (text.includes('${') || text.includes('{{'))
    return 'its example arguments contain ${ or {{, which have a meaning in scenarios: write them yourself';
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
