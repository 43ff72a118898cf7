import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What the sample server tells of itself on /metrics. */
export interface SampleMetrics {
  readonly contentType: string;
  /** Counts one call of a tool. */
  observe(tool: string, seconds: number, failed: boolean): void;
  page(): Promise<string>;
}

/** @param readings asked each time the page is read */
export function createSampleMetrics(readings: {
  readonly sessions: () => number;
  readonly pool: () => { readonly total: number; readonly idle: number; readonly waiting: number };
}): SampleMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Counter({ name: 'mcp_requests_total', help: 'Tool calls answered', labelNames: ['tool'], registers });
  const errors = new Counter({
    name: 'mcp_errors_total',
    help: 'Tool calls answered with isError',
    labelNames: ['tool'],
    registers,
  });
  const duration = new Histogram({
    name: 'mcp_request_duration_seconds',
    help: 'Time from the call of a tool to its answer',
    labelNames: ['tool'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  gauge('mcp_active_connections', 'MCP sessions held', readings.sessions);
  gauge('db_pool_connections', 'Connections to the database', () => readings.pool().total);
  gauge('db_pool_idle', 'Connections to the database that are idle', () => readings.pool().idle);
  gauge('db_pool_waiting', 'Calls that wait for a connection to the database', () => readings.pool().waiting);
  return {
    contentType: registry.contentType,
    observe: (tool, seconds, failed) => {
      requests.inc({ tool });
      duration.observe({ tool }, seconds);
      if (failed) errors.inc({ tool });
    },
    page: () => registry.metrics(),
  };
}
