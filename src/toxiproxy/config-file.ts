import { readFile } from 'node:fs/promises';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { ApiError } from './api-error.js';
import type { ProxyInput } from './proxy-collection.js';
import { readProxyInputs } from './proxy-input.js';

const HINT = 'A JSON array of { "name", "listen", "upstream", "enabled" }, as for POST /populate; without toxics.';

/** Line and column of a place in the text, from 1. Node's message gives the place only for some errors; else it is the end. */
const placeOf = (content: string, message: string): string => {
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? content.length);
  const lines = content.slice(0, position).split('\n');
  return `${lines.length}:${(lines.at(-1) as string).length + 1}`;
};

/** Reads proxies to start with. @throws PlimsollError (usage) for a file that cannot be read or makes no sense. */
export const readConfigFile = async (file: string): Promise<readonly ProxyInput[]> => {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (cause) {
    throw new PlimsollError(`cannot read the proxy list ${file}: ${(cause as Error).message}`, 'usage', { hint: HINT, cause });
  }
  let list: unknown;
  try {
    list = JSON.parse(content);
  } catch (cause) {
    const { message } = cause as Error;
    throw new PlimsollError(`${file}:${placeOf(content, message)}: no JSON: ${message}`, 'usage', { hint: HINT, cause });
  }
  try {
    return readProxyInputs(list);
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
    throw new PlimsollError(`${file}: ${cause.message.replace('bad request body: ', '')}`, 'usage', { hint: HINT, cause });
  }
};
