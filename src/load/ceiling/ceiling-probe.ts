import autocannon from 'autocannon';

/** A request as it goes out. */
export interface ProbeRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** A request whose answer is looked at. */
export interface JudgedRequest extends ProbeRequest {
  /** @param body whole, of an answer with status 200 */
  isSuccess(body: string): boolean;
}

export interface CeilingProbeSpec {
  /** `http:` alone: autocannon checks no certificate. */
  readonly url: string;
  /** The same for every call, and every status 200 a success; or the next one of a connection. */
  readonly request: ProbeRequest | ((connection: number) => JudgedRequest);
  /** Calls in flight: one a connection. */
  readonly connections: number;
  /** Whole seconds: autocannon's duration has no finer grain. */
  readonly durationS: number;
  /** Told the service time of each answered call. */
  readonly onAnswer?: (serviceMs: number, status: number) => void;
}

export interface CeilingReading {
  /** Answered calls per second, closed loop: a ceiling, no rate that may be promised. */
  readonly callsPerS: number;
  readonly answered: number;
  /** Put on a connection: those in flight at the end included. */
  readonly sent: number;
  readonly succeeded: number;
  readonly succeededPerS: number;
  /** Calls whose connection ended before the answer. */
  readonly lost: number;
  /** CPU of this whole process per answered call, microseconds. */
  readonly cpuUsPerCall: number;
}

/** Errors in a row, with no answer between them, after which a connection is given up. */
const ERRORS_IN_A_ROW = 20;

/**
 * How many calls a second one endpoint answers when each connection sends its next call as soon as the last one is answered (closed loop).
 * Drives autocannon without rates, workers or pipelining, which are wrong in it, and takes its own times: autocannon pairs answers with the
 * wrong starts for ever once a connection was lost with a call in flight, so the queue of a connection is emptied before each request. It
 * connects again without a pause, so a connection that only ever fails is given up.
 */
export async function probeCeiling(spec: CeilingProbeSpec): Promise<CeilingReading> {
  let answered = 0;
  let sent = 0;
  let succeeded = 0;
  let lost = 0;
  let connections = 0;
  const { request } = spec;
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  await autocannon({
    url: spec.url,
    method: 'POST',
    ...(typeof request === 'function' ? {} : { headers: request.headers, body: request.body }),
    connections: spec.connections,
    pipelining: 1,
    duration: spec.durationS,
    timeout: 10,
    setupClient: (client) => {
      const connection = connections++;
      let callStartedMs = 0;
      let errors = 0;
      if (typeof request === 'function') {
        let current: JudgedRequest;
        client.setRequests([
          {
            method: 'POST',
            setupRequest: (defaults) => {
              current = request(connection);
              return { ...defaults, headers: { ...current.headers }, body: current.body };
            },
            onResponse: (status, body) => {
              if (status === 200 && current.isSuccess(body)) succeeded += 1;
            },
          },
        ]);
      }
      client.on('request', () => {
        const stale = client.pipelinedRequests.size(); // 0 unless the connection died with a call in flight
        if (stale > 0) {
          lost += stale;
          client.pipelinedRequests.clear();
        }
        callStartedMs = performance.now();
        sent += 1;
      });
      client.on('connError', () => {
        errors += 1;
        if (errors >= ERRORS_IN_A_ROW) client.destroy();
      });
      client.on('response', (status) => {
        errors = 0;
        answered += 1;
        if (typeof request !== 'function' && status === 200) succeeded += 1;
        spec.onAnswer?.(performance.now() - callStartedMs, status);
      });
    },
  });
  const elapsedS = (performance.now() - startedMs) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    callsPerS: answered / elapsedS,
    answered,
    sent,
    succeeded,
    succeededPerS: succeeded / elapsedS,
    lost,
    cpuUsPerCall: answered === 0 ? Number.NaN : (cpu.user + cpu.system) / answered,
  };
}
