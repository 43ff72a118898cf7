import { ApiError } from './api-error.js';
import { type ApiReply, failure, json, nothing, text } from './api-reply.js';
import { countersJson } from './counters-json.js';
import { parseJson } from './json-fields.js';
import type { ProxyCollection } from './proxy-collection.js';
import { readProxyChange, readProxyInput, readProxyInputs } from './proxy-input.js';
import { toxicJson } from './toxic.js';
import { readNewToxic, readToxicUpdate } from './toxic-input.js';

/** The version whose API this is; clients decide by it whether they may use PATCH. */
const TOXIPROXY_VERSION = '2.12.0';

export interface ApiRequest {
  readonly method: string;
  /** Without query, still percent-encoded. */
  readonly path: string;
  readonly userAgent: string;
  readonly body: string;
}

interface Call {
  readonly proxies: ProxyCollection;
  readonly seed: number;
  readonly body: string;
  /** What the `*` of the route stood for. */
  readonly names: readonly [proxy: string, toxic: string];
}

type Handler = (call: Call) => ApiReply | Promise<ApiReply>;

const updateProxy: Handler = async ({ proxies, body, names: [name] }) => {
  proxies.get(name);
  return json(await proxies.update(name, readProxyChange(parseJson(body))));
};

const updateToxic: Handler = ({ proxies, body, names: [name, toxicName] }) => {
  const proxy = proxies.get(name);
  const toxic = readToxicUpdate(parseJson(body), proxy.toxic(toxicName));
  proxy.updateToxic(toxic);
  return json(toxicJson(toxic));
};

const populate: Handler = async ({ proxies, body }) => {
  try {
    const made = await proxies.populate(readProxyInputs(parseJson(body)));
    const list = made.proxies.length > 0 ? made.proxies : null;
    if (made.error === undefined) return json({ proxies: list }, 201);
    return json({ error: made.error.message, status: made.error.status, proxies: list }, made.error.status);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return json({ error: error.message, status: error.status, proxies: null }, error.status);
  }
};

const ROUTES: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  version: {
    GET: () => ({
      status: 200,
      contentType: 'application/json;charset=utf-8',
      body: `{"version": "${TOXIPROXY_VERSION}"}\n`,
    }),
  },
  reset: {
    POST: async ({ proxies }) => {
      await proxies.reset();
      return nothing(204);
    },
  },
  populate: { POST: populate },
  proxies: {
    GET: ({ proxies }) => json(Object.fromEntries(proxies.list().map((proxy) => [proxy.name, proxy]))),
    POST: async ({ proxies, body }) => json(await proxies.create(readProxyInput(parseJson(body))), 201),
  },
  'proxies/*': {
    GET: ({ proxies, names: [name] }) => json(proxies.get(name)),
    POST: updateProxy,
    PATCH: updateProxy,
    DELETE: async ({ proxies, names: [name] }) => {
      await proxies.remove(name);
      return nothing(204);
    },
  },
  'proxies/*/toxics': {
    GET: ({ proxies, names: [name] }) => json(proxies.get(name).toxics.map(toxicJson)),
    POST: ({ proxies, body, names: [name] }) => {
      const proxy = proxies.get(name);
      const toxic = readNewToxic(parseJson(body), proxy);
      proxy.addToxic(toxic);
      return json(toxicJson(toxic));
    },
  },
  'proxies/*/toxics/*': {
    GET: ({ proxies, names: [name, toxic] }) => json(toxicJson(proxies.get(name).toxic(toxic))),
    POST: updateToxic,
    PATCH: updateToxic,
    DELETE: ({ proxies, names: [name, toxic] }) => {
      proxies.get(name).removeToxic(toxic);
      return nothing(204);
    },
  },
  'plimsoll/counters': { GET: ({ proxies, seed }) => json(countersJson(proxies, seed)) },
};

/** Segments of the path; a name with a slash in it therefore never matches, as in Toxiproxy. */
const splitPath = (path: string): string[] | undefined => {
  try {
    return decodeURIComponent(path).split('/').slice(1);
  } catch {
    return undefined;
  }
};

/** Answers one request. Never throws for what a client can send. */
export const answer = async (request: ApiRequest, proxies: ProxyCollection, seed: number): Promise<ApiReply> => {
  const segments = splitPath(request.path);
  if (segments === undefined) return text('400 Bad Request', 400);
  const [, proxy = '', , toxic = ''] = segments;
  const pattern = segments[0] === 'proxies' ? segments.map((segment, i) => (i % 2 === 1 ? '*' : segment)) : segments;
  const named = segments.every((segment) => segment !== '');
  const key = pattern.join('/');
  const route = named && Object.hasOwn(ROUTES, key) ? ROUTES[key] : undefined;
  if (route === undefined) return text('404 page not found', 404);
  const handler = Object.hasOwn(route, request.method) ? route[request.method] : undefined;
  if (handler === undefined) return nothing(405);
  if (request.userAgent.startsWith('Mozilla/')) return text('User agent not allowed', 403);
  try {
    return await handler({ proxies, seed, body: request.body, names: [proxy, toxic] });
  } catch (error) {
    if (error instanceof ApiError) return failure(error);
    throw error;
  }
};
