import type { CallStart } from '../driver.js';

/** The messages of calls on a message channel, put together from constant pieces; a line end is not part of them. */
export class CallText {
  readonly #afterId = new Map<string, string>();
  readonly #metaText: string;
  readonly #progress: boolean;

  /** @param meta members of `_meta` beside the trace context @param progress each call asks for progress, its id is the token */
  constructor(meta: Readonly<Record<string, unknown>>, progress: boolean) {
    const members = JSON.stringify(meta).slice(1, -1);
    this.#metaText = `,"_meta":{${members === '' ? '' : `${members},`}"traceparent":"`;
    this.#progress = progress;
  }

  /** @param extra members behind `_meta` in the parameters, each with a comma before it */
  ofCall(id: number, { tool, request, argumentsJson, traceparent }: CallStart, extra = ''): string {
    let afterId = this.#afterId.get(tool);
    if (afterId === undefined) {
      afterId = request === undefined ? pieceOf('tools/call', tool) : pieceOf(request.method, request.name);
      this.#afterId.set(tool, afterId);
    }
    const plain = request === undefined || (request.kind !== 'resource' && request.name !== undefined);
    if (plain && !this.#progress && extra === '')
      return `{"jsonrpc":"2.0","id":${id}${afterId}${argumentsJson}${this.#metaText}${traceparent}"}}}`;
    const tail = `${this.#metaText}${traceparent}${this.#progress ? `","progressToken":${id}}` : '"}'}${extra}}}`;
    if (plain) return `{"jsonrpc":"2.0","id":${id}${afterId}${argumentsJson}${tail}`;
    // The arguments are the parameters themselves, or there are none.
    const given = request.kind === 'resource' ? argumentsJson.slice(1, -1) : '';
    return `{"jsonrpc":"2.0","id":${id},"method":"${request.method}","params":{${given === '' ? tail.slice(1) : `${given}${tail}`}`;
  }

  /** Modern: a request about a task. */
  ofTask(id: number, method: string, taskId: string, { traceparent }: CallStart, extra: string): string {
    const params = `{"taskId":${JSON.stringify(taskId)}${this.#metaText}${traceparent}"}${extra}}`;
    return `{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}`;
  }
}

/** What stands between the id of a call and its arguments. */
function pieceOf(method: string, name: string | undefined): string {
  return `,"method":"${method}","params":{"name":${JSON.stringify(name)},"arguments":`;
}
