import autocannon from 'autocannon';

export interface CeilingProbeSpec {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The same JSON-RPC request for every call. */
  readonly body: string;
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
  /** Answered with another status than 200. */
  readonly refused: number;
  /** Calls whose connection ended before the answer. */
  readonly lost: number;
  /** CPU of this whole process per answered call, microseconds. */
  readonly cpuUsPerCall: number;
}

/**
 * How many calls a second one endpoint answers when each connection sends its next call as soon as the last one is answered (closed loop).
 * Drives autocannon without rates, workers or pipelining, which are wrong in it, and takes its own times: autocannon pairs answers with the
 * wrong starts for ever once a connection was lost with a call in flight, so the queue of a connection is emptied before each request.
 */
export async function probeCeiling(spec: CeilingProbeSpec): Promise<CeilingReading> {
  let answered = 0;
  let refused = 0;
  let lost = 0;
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  await autocannon({
    url: spec.url,
    method: 'POST',
    headers: spec.headers,
    body: spec.body,
    connections: spec.connections,
    pipelining: 1,
    duration: spec.durationS,
    timeout: 10,
    setupClient: (client) => {
      let callStartedMs = 0;
      client.on('request', () => {
        const stale = client.pipelinedRequests.size(); // 0 unless the connection died with a call in flight
        if (stale > 0) {
          lost += stale;
          client.pipelinedRequests.clear();
        }
        callStartedMs = performance.now();
      });
      client.on('response', (status) => {
        answered += 1;
        if (status !== 200) refused += 1;
        spec.onAnswer?.(performance.now() - callStartedMs, status);
      });
    },
  });
  const elapsedS = (performance.now() - startedMs) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    callsPerS: answered / elapsedS,
    answered,
    refused,
    lost,
    cpuUsPerCall: answered === 0 ? Number.NaN : (cpu.user + cpu.system) / answered,
  };
}
