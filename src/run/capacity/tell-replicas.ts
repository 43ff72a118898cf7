import { MAX_PAGE_BYTES } from '../../signals/metrics-sampler.js';
import { readPage } from '../../signals/page.js';
import { parsePrometheusPage, passedOverText } from '../../signals/prometheus-page.js';
import { type ReplicaReading, replicaReading } from '../../signals/replica-count.js';
import type { SearchContext } from './search-context.js';

const TIMEOUT_MS = 2000;

/** Says before the search which count of replicas will be watched, or why none can be although the target or the scenario speaks of one. */
export async function tellReplicas({ scenario, request, watcher, write, nowS }: SearchContext): Promise<void> {
  const { target } = scenario;
  const wanted = scenario.capacity.target.replicas;
  if (target.metrics === undefined) return;
  const warn = (text: string): void => write({ type: 'note', t: nowS(), level: 'warning', code: 'replicas', text });
  const found = await readReplicas(target.metrics, target.tls, wanted);
  const { instances } = request.start;
  if (found === undefined) return;
  if ('problem' in found) warn(`replicas are not watched: ${found.problem} (${target.metrics})`);
  else if (found.count !== instances)
    warn(
      `${found.series} is ${found.count}, and capacity.target.instances says ${instances}: per-instance figures would be off by that factor`,
    );
  else watcher.onStep?.(`watching replicas: ${found.series} is ${found.count}`);
}

async function readReplicas(
  url: string,
  tls: Parameters<typeof readPage>[1]['tls'],
  wanted: string | undefined,
): Promise<ReplicaReading | undefined> {
  try {
    const page = await readPage(url, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_PAGE_BYTES, ...(tls === undefined ? {} : { tls }) });
    if (page.status !== 200) throw new Error(`status ${page.status}`);
    const read = parsePrometheusPage(page.text);
    const found = replicaReading(read.samples, wanted);
    const unread = passedOverText(read);
    return found !== undefined && 'problem' in found && unread !== undefined
      ? { problem: `${found.problem}; of the page ${unread}` }
      : found;
  } catch (error) {
    // That the page cannot be read is told by the sampler; here it matters only where the scenario counts on it.
    return wanted === undefined ? undefined : { problem: (error as Error).message };
  }
}
