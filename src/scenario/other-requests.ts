import type { OtherRequest } from './call.js';
import type { Json } from './file/json.js';

/** A call or step as the file has it; one of the first four at most. */
interface RequestFile {
  readonly tool?: unknown;
  readonly resource?: unknown;
  readonly prompt?: unknown;
  readonly list?: unknown;
  readonly arguments?: { readonly [key: string]: Json };
}

const text = (value: unknown): value is string => typeof value === 'string';

/** Names under which tables show the requests of a call or step: none for a pause or a journey, one for every other. */
export const requestNames = ({ tool, resource, prompt, list }: RequestFile): readonly string[] => {
  if (text(tool)) return [tool];
  if (text(resource)) return [`resource ${resource}`];
  if (text(prompt)) return [`prompt ${prompt}`];
  return text(list) ? [`list ${list}`] : [];
};

const LISTS: Readonly<Record<string, OtherRequest>> = {
  tools: { kind: 'tools', method: 'tools/list' },
  resources: { kind: 'resources', method: 'resources/list' },
  prompts: { kind: 'prompts', method: 'prompts/list' },
  templates: { kind: 'resourceTemplates', method: 'resources/templates/list' },
};

/** What a call or step asks of the server. `arguments` of a resource are the parameters of its request. */
export const requestOf = (
  call: RequestFile,
): { readonly tool: string; readonly request?: OtherRequest; readonly arguments: { readonly [key: string]: Json } } => {
  const [tool = ''] = requestNames(call);
  const args = call.arguments ?? {};
  if (text(call.resource))
    return { tool, request: { kind: 'resource', method: 'resources/read' }, arguments: { uri: call.resource } };
  if (text(call.prompt)) return { tool, request: { kind: 'prompt', method: 'prompts/get', name: call.prompt }, arguments: args };
  const list = text(call.list) ? LISTS[call.list] : undefined;
  return list === undefined ? { tool, arguments: args } : { tool, request: list, arguments: {} };
};
