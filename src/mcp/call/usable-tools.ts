import type { ToolDescription } from '../driver.js';
import { invalidMark } from '../protocol/modern-envelope.js';

/** The tools that a server lists, apart: those that may be called, and those that must be left out. */
export interface UsableTools {
  readonly tools: readonly ToolDescription[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/** Modern clients must leave out tools whose header marks are invalid: their calls could not be routed as the server asks. */
export function usableTools(listed: readonly ToolDescription[], modern: boolean): UsableTools {
  if (!modern) return { tools: listed, leftOut: [] };
  const tools: ToolDescription[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  for (const tool of listed) {
    const wrong = invalidMark(tool);
    if (wrong === undefined) tools.push(tool);
    else leftOut.push({ name: tool.name, reason: `its x-mcp-header mark is invalid (${wrong})` });
  }
  return { tools, leftOut };
}
