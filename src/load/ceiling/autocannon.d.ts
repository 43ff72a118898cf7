/** The part of autocannon 9.0.0 that the ceiling probe uses; `pipelinedRequests` is undocumented (the version is pinned for it). */
declare module 'autocannon' {
  interface Client {
    readonly pipelinedRequests: { size(): number; clear(): void };
    /** Before the connection is opened: makes the first request at once, each other before it is sent. */
    setRequests(requests: readonly DynamicRequest[]): void;
    destroy(): void;
    on(event: 'request' | 'connError', listener: () => void): void;
    on(event: 'response', listener: (status: number, bytes: number, durationMs: number) => void): void;
  }

  interface RequestData {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Buffer;
  }

  interface DynamicRequest {
    readonly method: 'POST';
    readonly setupRequest: (defaults: RequestData) => RequestData;
    readonly onResponse: (status: number, body: string) => void;
  }

  interface Options {
    readonly url: string;
    readonly method: 'POST';
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
    readonly connections: number;
    readonly pipelining: 1;
    /** Seconds. */
    readonly duration: number;
    /** Seconds. */
    readonly timeout: number;
    readonly setupClient: (client: Client) => void;
  }

  interface Instance extends PromiseLike<{ readonly timeouts: number; readonly errors: number }> {
    stop(): void;
  }

  export default function autocannon(options: Options): Instance;
}
