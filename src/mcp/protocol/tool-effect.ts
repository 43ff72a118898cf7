import type { ToolDescription } from '../driver.js';
import { changeInKey, changeInName, changeInText, wordsOfName } from './change-words.js';

/** A tool that says nothing about itself may be called unseen only if its name begins with one of these. `query` is none: what it asks may be SQL. */
const READING: ReadonlySet<string> = new Set('get list read search find describe show count echo ping status'.split(' '));

/** Words without which an English sentence of some length seldom does. */
const ENGLISH = /\b(the|of|for|from|by|with|and|this|that|given|is|are|to|get|list|return|returns|all|about|on|your)\b/i;

/**
 * Why a call of this tool may change something, in words that follow on its name; undefined for a tool that reads: one that is marked as
 * read-only, or whose name begins with a word for reading while neither name nor arguments nor description speak of a change. By the MCP
 * specification a tool that says nothing may change and destroy, and what is marked as both read-only and destructive is not believed.
 */
export function whyMayWrite(tool: ToolDescription): string | undefined {
  const { readOnlyHint, destructiveHint } = tool.annotations ?? {};
  const destructive = destructiveHint !== undefined && destructiveHint !== null && destructiveHint !== false;
  if (readOnlyHint === true)
    return destructive ? 'marked as read-only and as destructive at once, and only one of them can be true' : undefined;
  if (destructive) return 'marked as destructive by the server';
  if (readOnlyHint !== undefined && readOnlyHint !== null)
    return readOnlyHint === false
      ? 'marked as not read-only by the server'
      : `its readOnlyHint is ${JSON.stringify(readOnlyHint)}, which is neither true nor false`;
  return changeIn(tool) ?? unreadable(tool) ?? withoutReadingWord(tool);
}

/** Where the words of a tool speak of a change, whatever it is marked as. */
export function changeIn({ name, description, annotations, inputSchema }: ToolDescription): string | undefined {
  const inName = changeInName(name);
  if (inName !== undefined) return `not marked as read-only, and its name speaks of a change (${inName})`;
  const { title } = annotations ?? {};
  const inText = [description, title].flatMap((text) => (typeof text === 'string' ? [changeInText(text)] : [])).find(Boolean);
  if (inText !== undefined) return `not marked as read-only, and its description speaks of a change (${inText})`;
  for (const [key, about] of argumentsIn(inputSchema)) {
    const found = changeInKey(key) ?? (about === undefined ? undefined : changeInText(about));
    if (found !== undefined) return `not marked as read-only, and its argument ${key} speaks of a change (${found})`;
  }
  return undefined;
}

function withoutReadingWord({ name }: ToolDescription): string | undefined {
  // A gateway puts the server's name before that of the tool: `orders__get_order`, `orders.get`.
  const own = name.split(/__|[./:]/).findLast((part) => part !== '') ?? name;
  if (READING.has(wordsOfName(own)[0] ?? '')) return undefined;
  return 'not marked as read-only, and its name does not begin with a word for reading, such as get, list or search';
}

/** Words that are not English cannot be searched for a change. */
function unreadable({ name, description = '', inputSchema }: ToolDescription): string | undefined {
  const foreign = [name, ...argumentsIn(inputSchema).map(([key]) => key)].find((text) => /[^\P{L}a-z]/iu.test(text));
  if (foreign !== undefined) return `not marked as read-only, and ${foreign} is not read as English here`;
  const words = wordsOfName(description);
  const strange = words.some((word) => /[^a-z]/.test(word)) || (words.length > 2 && !ENGLISH.test(description));
  return strange ? 'not marked as read-only, and its description is not read as English here' : undefined;
}

/** Every argument that a schema names, however deep, with what is said about it. */
function argumentsIn(schema: unknown, depth = 0): readonly (readonly [key: string, about: string | undefined])[] {
  // Deeper than any schema that a server can sensibly have; one that a hostile server made must not cost the stack.
  if (typeof schema !== 'object' || schema === null || depth > 40) return [];
  if (Array.isArray(schema)) return schema.flatMap((part) => argumentsIn(part, depth + 1));
  return Object.entries(schema).flatMap(([key, part]) => {
    if (key !== 'properties' || typeof part !== 'object' || part === null) return argumentsIn(part, depth + 1);
    return Object.entries(part as Record<string, unknown>).flatMap(([name, value]) => {
      const about = (value as { readonly description?: unknown } | null)?.description;
      return [[name, typeof about === 'string' ? about : undefined] as const, ...argumentsIn(value, depth + 2)];
    });
  });
}
