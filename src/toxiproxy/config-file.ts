import { readFile } from 'node:fs/promises';
import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { ApiError } from './api-error.js';
import { parseJson } from './json-fields.js';
import type { ProxyInput } from './proxy-collection.js';
import { readProxyInputs } from './proxy-input.js';

const HINT = 'A JSON array of { "name", "listen", "upstream", "enabled" }, as for POST /populate; toxics cannot stand in it.';

/** Reads proxies to start with. @throws PlimsollError (usage) for a file that cannot be read or makes no sense. */
export const readConfigFile = async (file: string): Promise<readonly ProxyInput[]> => {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (cause) {
    throw new PlimsollError(`cannot read the proxy list ${file}: ${(cause as Error).message}`, EXIT.usage, { hint: HINT, cause });
  }
  try {
    return readProxyInputs(parseJson(content));
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
    throw new PlimsollError(`${file}: ${cause.message}`, EXIT.usage, { hint: HINT, cause });
  }
};
