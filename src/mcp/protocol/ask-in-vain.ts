/** What a server asks its client for, and the key of the scenario with the reply. */
const KEYS: Readonly<Record<string, string>> = {
  'sampling/createMessage': 'client.sampling',
  'elicitation/create': 'client.elicitation',
  'roots/list': 'client.roots',
};

const COUNT = 'server-request-refused';
const METHOD_LENGTH = 60;

/** A request of the server that the scenario cannot answer. */
export interface AskInVain {
  readonly method: unknown;
  /** The scenario has a reply, and this is why it is none to the question. */
  readonly unfit?: string | undefined;
  /** It came on the stream of a session, which the run does not hold. */
  readonly notHeld?: boolean;
}

/** The key that would answer; undefined for a method that no client has. */
const askKey = (method: unknown): string | undefined => (typeof method === 'string' ? KEYS[method] : undefined);

/** For a call: what was asked, and what to change. */
export function askText({ method, unfit, notHeld }: AskInVain): string {
  const key = askKey(method);
  const asked = `it asked its client for ${String(method).slice(0, METHOD_LENGTH)}`;
  if (unfit !== undefined) return `${asked}, and ${key ?? 'client'} does not fit its requestedSchema: ${unfit}`;
  if (notHeld === true)
    return `${asked} on the stream of its session, which the run does not hold: set sessions.stream: true${key === undefined ? '' : `, with ${key}`}`;
  return `${asked}, to which the scenario has no reply${key === undefined ? '' : `: add ${key}`}`;
}

/** The error that the server gets. */
export function askRefusal({ method, unfit }: AskInVain): { readonly code: number; readonly message: string } {
  return unfit === undefined
    ? { code: -32601, message: `Method not found: ${String(method).slice(0, 100)}` }
    : { code: -32602, message: 'the reply of this client does not fit the requestedSchema' };
}

/** Name of its count: by method and tool, both of which are few. `tool`: empty where it cannot be told which. */
export function askCount({ method, unfit, notHeld }: AskInVain, tool: string): string {
  if (askKey(method) === undefined) return COUNT;
  const how = unfit === undefined ? (notHeld === true ? 'not-held' : 'no-reply') : 'unfit';
  return `${COUNT} ${how} ${String(method)} ${tool}`;
}

/** What such a count means; undefined when it is another's. */
export function askCountWords(name: string): { readonly name: string; readonly words: string } | undefined {
  const [count, how, method = '', ...rest] = name.split(' ');
  if (count !== COUNT || how === undefined) return undefined;
  const tool = rest.join(' ');
  const who = tool === '' ? 'a tool' : `the tool ${tool}`;
  const key = KEYS[method] ?? 'client';
  const what = {
    'no-reply': `${who} asked for ${method}, to which the scenario has no reply, and was refused: add ${key}`,
    'not-held': `${who} asked for ${method} on the stream of its session, which the run does not hold: set sessions.stream: true, with ${key}`,
    unfit: `${who} asked for ${method}, and ${key} does not fit its requestedSchema: it was refused, and not sent what it did not ask for`,
  }[how];
  return what === undefined ? undefined : { name: COUNT, words: what };
}
