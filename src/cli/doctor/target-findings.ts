import { openEnvironment } from '../../environment/open-environment.js';
import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { Redactor } from '../../scenario/file/redactor.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { TlsMaterial } from '../../scenario/target.js';
import { MAX_PAGE_BYTES } from '../../signals/metrics-sampler.js';
import { type Page, readPage } from '../../signals/page.js';
import { parsePrometheusPage, passedOverText } from '../../signals/prometheus-page.js';
import { countText } from '../../text/figure-text.js';
import type { Finding } from './finding.js';

export interface TargetVisit {
  readonly findings: readonly Finding[];
  /** Load threads that a run would use; absent when the target could not be opened. */
  readonly workers?: number;
  /** What its problem ends the doctor with, where it is none of the target: a port that is taken, a fault engine. */
  readonly exitCode?: ExitCode;
}

/** Opens what a run of the scenario would open (its server too, where it starts one), looks around and closes it. No tool is called. */
export async function visitTarget(scenario: Scenario, onStep: (text: string) => void, redactor: Redactor): Promise<TargetVisit> {
  const looking: Scenario = { ...scenario, target: { ...scenario.target, preflight: 'schema' } };
  try {
    const environment = await openEnvironment(looking, { onStep, redactor, signal: new AbortController().signal });
    try {
      const endpoints = environment.endpoints.map(
        ({ endpoint, era, protocolVersion, stateful, tools }): Finding => ({
          level: 'ok',
          about: 'target',
          text: `${endpoint} speaks MCP ${protocolVersion} (${era}, ${stateful ? 'with' : 'without'} sessions) and lists ${countText(tools.length, 'tool')}, among them all that the scenario calls.`,
        }),
      );
      const notes = environment.notes.map(({ text }): Finding => ({ level: 'warning', about: 'target', text: `${text}.` }));
      return { findings: [...endpoints, ...notes, ...(await pageFindings(scenario))], workers: environment.workers };
    } finally {
      await environment.close();
    }
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    const hint = error.details.hint === undefined ? '' : `: ${error.details.hint}`;
    const about = error.exitCode === EXIT.machine ? 'machine' : error.exitCode === EXIT.faultEngine ? 'fault engine' : 'target';
    return { findings: [{ level: 'problem', about, text: `${error.message}${hint}.` }], exitCode: error.exitCode };
  }
}

/** Whether the pages that a run would probe answer, and whether the metrics are any. */
async function pageFindings({ target }: Scenario): Promise<readonly Finding[]> {
  const pages = [
    ['live', target.health?.live],
    ['ready', target.health?.ready],
    ['metrics', target.metrics],
  ] as const;
  return Promise.all(pages.flatMap(([about, url]) => (url === undefined ? [] : [pageFinding(about, url, target.tls)])));
}

const TIMEOUT_MS = 2000;

async function pageFinding(about: string, url: string, tls: TlsMaterial | undefined): Promise<Finding> {
  try {
    const page = await readPage(url, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_PAGE_BYTES, ...(tls === undefined ? {} : { tls }) });
    if (page.status < 200 || page.status >= 300) return { level: 'problem', about, text: `${url} answers ${page.status}.` };
    return about === 'metrics' ? metricsFinding(url, page) : { level: 'ok', about, text: `${url} answers ${page.status}.` };
  } catch (error) {
    return { level: 'problem', about, text: `${url} does not answer: ${(error as Error).message}.` };
  }
}

/** What a run would read of the page of metrics. */
export function metricsFinding(url: string, { status, text }: Page): Finding {
  const page = parsePrometheusPage(text);
  const count = page.samples.length;
  const said = `${url} answers ${status} with ${count} ${count === 1 ? 'sample' : 'samples'}`;
  const unread = passedOverText(page);
  if (unread === undefined) return { level: count === 0 ? 'warning' : 'ok', about: 'metrics', text: `${said}.` };
  return { level: count === 0 ? 'problem' : 'warning', about: 'metrics', text: `${said}; ${unread}.` };
}
