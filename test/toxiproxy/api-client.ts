import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
  readonly tookMs: number;
}

const agent = new Agent({ keepAlive: false });

/** One HTTP request as it stands: path not touched, body sent even when empty or no JSON. */
export const call = (
  url: string,
  method: string,
  path: string,
  body: string | null = null,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const startMs = performance.now();
    const sent = request({ host: hostname, port, method, path, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? null,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
          tookMs: performance.now() - startMs,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });

/** The same with JSON both ways; fails on a status that is not 2xx. */
export const callJson = async <T>(url: string, method: string, path: string, body?: unknown): Promise<T> => {
  const answer = await call(url, method, path, body === undefined ? null : JSON.stringify(body));
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  return (answer.body === '' ? undefined : JSON.parse(answer.body)) as T;
};
