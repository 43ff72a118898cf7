import type { Dispatcher } from 'undici';
import type { OtherRequest } from '../../scenario/call.js';
import type { CallStart, ToolDescription } from '../driver.js';
import { headerValue, mirroredArguments, pushMirrored } from '../protocol/modern-envelope.js';
import type { LegacySession } from './legacy-session.js';
import type { PreparedCall, PreparedTool } from './prepared-call.js';
import { modernHeaders } from './request-headers.js';
import type { TenantCaller } from './tenant-caller.js';

export interface CallMakerOptions {
  readonly urlPath: string;
  /** The callers in the order of the tenants. */
  readonly lanes: readonly TenantCaller[];
  readonly tools: readonly ToolDescription[];
  readonly modern: boolean;
  /** Modern: what every request carries in `_meta`. */
  readonly meta: Readonly<Record<string, unknown>>;
  /** Calls ask for progress. */
  readonly progress: boolean;
}

/** Makes the requests of calls to one endpoint. What is the same for all calls of a tool is made once: this runs for every call. */
export class CallMaker {
  readonly #urlPath: string;
  readonly #lanes: readonly TenantCaller[];
  readonly #tools: readonly ToolDescription[];
  readonly #modern: boolean;
  readonly #metaText: string;
  /** Calls ask for no progress. */
  readonly #plain: boolean;

  constructor({ urlPath, lanes, tools, modern, meta, progress }: CallMakerOptions) {
    this.#urlPath = urlPath;
    this.#lanes = lanes;
    this.#tools = tools;
    this.#modern = modern;
    const members = JSON.stringify(meta).slice(1, -1);
    this.#metaText = `,"_meta":{${members === '' ? '' : `${members},`}"traceparent":"`;
    this.#plain = !progress;
  }

  /**
   * Headers and body of one call. `x-request-id` is the trace id of the traceparent.
   * @param given legacy: the session that it goes on; absent: the one whose turn it is
   */
  prepare(
    id: number,
    { tool, request, argumentsJson, traceparent, tenant = 0 }: CallStart,
    extra = '',
    given?: LegacySession,
  ): PreparedCall {
    const lane = this.#lanes[tenant]!;
    const prepared = lane.tools.get(tool) ?? this.#prepareTool(lane, tool, request);
    const body = Buffer.from(
      prepared.form === 'member' && this.#plain && extra === ''
        ? `{"jsonrpc":"2.0","id":${id}${prepared.afterId}${argumentsJson}${this.#metaText}${traceparent}"}}}`
        : this.#oddBody(prepared, id, argumentsJson, traceparent, extra),
    );
    const requestId = traceparent.slice(3, 35);
    let path = lane.modernPath;
    let options = prepared.options;
    let headers = prepared.headers;
    if (path === undefined || options === undefined) {
      const session = given ?? lane.keeper.take();
      ({ path, options, headers } = session);
    } else if (prepared.mirrored.length > 0 || prepared.kind === 'resource') {
      headers = prepared.headers.slice(0, -2);
      const given = JSON.parse(argumentsJson) as { readonly uri?: unknown };
      if (prepared.kind === 'resource') headers.push('mcp-name', headerValue(String(given.uri)));
      else pushMirrored(headers, prepared.mirrored, given);
      headers.push('x-request-id', requestId);
      options = { path: this.#urlPath, method: 'POST', headers };
    }
    // undici copies both while the request is made, so one object serves all calls.
    headers[headers.length - 1] = requestId;
    options.body = body;
    return { kind: prepared.kind, path, options, bodyBytes: body.length };
  }

  /** Modern: a request about a task, which has its id in a header of its own. */
  prepareTask(id: number, method: string, taskId: string, { traceparent, tenant = 0 }: CallStart, extra: string): PreparedCall {
    const lane = this.#lanes[tenant]!;
    const params = `{"taskId":${JSON.stringify(taskId)}${this.#metaText}${traceparent}"}${extra}}`;
    const body = Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}`);
    const headers = [...modernHeaders(lane.baseHeaders, method, taskId), 'x-request-id', traceparent.slice(3, 35)];
    return {
      kind: 'any',
      path: lane.modernPath!,
      options: { path: this.#urlPath, method: 'POST', headers, body },
      bodyBytes: body.length,
    };
  }

  /** The body of a call that is no plain `tools/call`. */
  #oddBody({ form, afterId }: PreparedTool, id: number, argumentsJson: string, traceparent: string, extra: string): string {
    const args = form === 'member' ? argumentsJson : form === 'none' ? '' : argumentsJson.slice(0, -1);
    const meta = form === 'none' ? this.#metaText.slice(1) : this.#metaText;
    // Ids are unique, so they are good tokens of progress too.
    const tail = this.#plain ? '"}' : `","progressToken":${id}}`;
    return `{"jsonrpc":"2.0","id":${id}${afterId}${args}${meta}${traceparent}${tail}${extra}}}`;
  }

  #prepareTool(lane: TenantCaller, tool: string, request: OtherRequest | undefined): PreparedTool {
    const { method = 'tools/call', name = request === undefined ? tool : undefined, kind = 'tool' } = request ?? {};
    const description = request === undefined ? this.#tools.find((each) => each.name === tool) : undefined;
    const headers = this.#modern ? [...modernHeaders(lane.baseHeaders, method, name), 'x-request-id', ''] : [];
    const form = kind === 'resource' ? 'parameters' : name === undefined ? 'none' : 'member';
    const params = { member: `{"name":${JSON.stringify(name)},"arguments":`, parameters: '', none: '{' }[form];
    const options: Dispatcher.DispatchOptions | undefined = this.#modern
      ? { path: this.#urlPath, method: 'POST', headers }
      : undefined;
    const prepared: PreparedTool = {
      kind,
      form,
      afterId: `,"method":"${method}","params":${params}`,
      options,
      headers,
      mirrored: this.#modern && description !== undefined ? mirroredArguments(description) : [],
    };
    lane.tools.set(tool, prepared);
    return prepared;
  }
}
