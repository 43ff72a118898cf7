import type { Figures } from '../../../result/call-figures.js';
import type { Trial } from '../../../result/capacity-figures.js';
import { ABSENT, bytesText, coresText, countText, numberText, rateText, ratioText, spanText } from '../../../text/figure-text.js';
import { checkLimitText } from '../../check-text.js';
import { type ConfirmingSoak, confirmingSoak } from '../../confirming-soak.js';
import type { ReportView } from '../../report-view.js';
import { sessionsText } from '../../session-words.js';
import { type Html, html, NOTHING, type SectionMaker } from '../html.js';
import { outcomeBadge } from '../outcome-badge.js';

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly what: string;
  /** Those without a value are left out. */
  readonly facts: readonly (readonly [string, string | undefined])[];
  readonly judged?: Html;
}

/** Latency, traffic, errors, saturation: the four golden signals of the segments that count. */
export const signalsSection: SectionMaker = (view) => {
  const soak = confirmingSoak(view);
  // All trials of a search together, the overloaded ones among them, are nobody's latency.
  if (view.result.capacity !== undefined && soak === undefined) return undefined;
  const tiles = [latency(view), traffic(view), errors(view), soak === undefined ? saturation(view) : soakSaturation(soak.trial)];
  return {
    id: 'signals',
    title: 'Four signals',
    body: html`${view.verdict.outcome === 'invalid' ? html`<p class="warning">Part of this run is in doubt: this machine may have made what is marked so.</p>` : NOTHING}<p class="note">${coverText(view, soak)}${view.analysis.slo.declared ? NOTHING : ' The scenario sets no SLO: the default (success 99 %, p95 400 ms) is judged.'}</p>
<div class="tiles">${tiles.map(
      ({
        name,
        value,
        what,
        facts,
        judged,
      }) => html`<div class="tile"><h3>${name}</h3><p class="value">${value}</p><p class="what">${what} ${judged}</p>
<dl>${facts.filter(([, text]) => text !== undefined).map(([key, text]) => html`<div><dt>${key}</dt><dd>${text}</dd></div>`)}</dl></div>`,
    )}</div>`,
  };
};

/** Which calls the tiles speak of. */
function coverText(view: ReportView, soak: ConfirmingSoak | undefined): string {
  if (soak !== undefined)
    return `The soak that confirmed the capacity: ${spanText(soak.trial.durationS)} at ${rateText(soak.trial.offeredRate)}${soak.trial.under === 'none' ? '' : ` under ${soak.trial.under}`}. The other trials are in the trial log.`;
  return judgedGroup(view) !== undefined
    ? 'Judged phases (steady, ramp, burst, closed); faults and recovery are in the table per phase. Saturation: the whole run.'
    : 'No call was due in a judged phase: all phases except warm-up.';
}

/** Figures of the judged phases, so that each tile speaks of the very calls that the limit beside it covers. */
const judgedGroup = ({ result }: ReportView): Figures | undefined =>
  result.groups.find(({ by, counts }) => by === 'judged' && counts.offered > 0);

const shownFigures = (view: ReportView): Figures =>
  confirmingSoak(view)?.phase ??
  judgedGroup(view) ?? { counts: view.result.totals, latencyUs: view.result.latencyUs, errors: view.result.errors };

/** The SLO check over all judged phases for a metric, beside the figure that it is about. */
function judgedBy({ verdict }: ReportView, metric: string): Pick<Tile, 'judged'> {
  const check = verdict.checks.find(
    (candidate) => candidate.source === 'slo' && candidate.metric === metric && candidate.scope === 'normal load',
  );
  if (check === undefined) return {};
  return {
    judged: html`<span class="judged">SLO ${checkLimitText(check)}${outcomeBadge(check.outcome)}</span>`,
  };
}

function latency(view: ReportView): Tile {
  const { response, service } = shownFigures(view).latencyUs;
  return {
    name: 'Latency',
    value: view.latency(response, 'p95'),
    what: 'p95 response time',
    ...judgedBy(view, 'p95'),
    facts: [
      ['p50', view.latency(response, 'p50')],
      ['p99', view.latency(response, 'p99')],
      ['largest', view.latency(response, 'max')],
      ['p95 service time', view.latency(service, 'p95')],
      ['answered', countText(response.count, 'call')],
    ],
  };
}

function traffic(view: ReportView): Tile {
  const { counts: totals } = shownFigures(view);
  return {
    name: 'Traffic',
    value: rateText(totals.achievedRate),
    what: 'achieved',
    facts: [
      ['offered', rateText(totals.offeredRate)],
      ['goodput', rateText(totals.goodput)],
      ['calls due', countText(totals.offered, 'call')],
      ['sent', bytesText(totals.bytes.sent)],
      ['received', bytesText(totals.bytes.received)],
    ],
  };
}

function errors(view: ReportView): Tile {
  const { counts: totals } = shownFigures(view);
  const first = totals.firstAttemptSuccessRate;
  return {
    name: 'Errors',
    value: totals.successRate === undefined ? 'no calls' : ratioText(1 - totals.successRate),
    what: 'of calls did not succeed',
    ...judgedBy(view, 'success'),
    facts: [
      ['success rate', ratioText(totals.successRate)],
      ['at the first attempt', first === undefined ? undefined : ratioText(first)],
      ['failed', countText(totals.failed, 'call')],
      ['dropped', countText(totals.dropped, 'call')],
      ['unfinished', countText(totals.unfinished, 'call')],
      ['retries', countText(totals.retries, 'retry', 'retries')],
    ],
  };
}

/** Of one trial: mean over its measured window. */
function soakSaturation({ cpuCores, rssBytes, meanInFlight }: Trial): Tile {
  const inFlight = meanInFlight === undefined ? ABSENT : countText(meanInFlight, 'call');
  return {
    name: 'Saturation',
    value: cpuCores === undefined ? inFlight : coresText(cpuCores),
    what: cpuCores === undefined ? 'in flight, mean' : 'mean CPU used by the server',
    facts: [
      ['in flight, mean', inFlight],
      ['memory, mean', bytesText(rssBytes)],
    ],
  };
}

function saturation({ result, analysis }: ReportView): Tile {
  const { process, host } = result.saturation;
  const { streams } = result.totals;
  const inFlight = analysis.series.inFlight.reduce((most, value) => Math.max(most, value), 0);
  const cores = process?.cpuCores?.max;
  return {
    name: 'Saturation',
    value: cores === undefined ? countText(Math.round(inFlight), 'call') : coresText(cores),
    what: cores === undefined ? `peak calls in flight (${analysis.series.stepS} s average)` : 'peak CPU used by the server',
    facts: [
      ['in flight, peak', countText(Math.round(inFlight), 'call')],
      ['memory, peak', bytesText(process?.rssBytes?.max)],
      ['descriptors, peak', process?.descriptors === undefined ? ABSENT : `${numberText(process.descriptors.max)} open`],
      ['machine CPU', ratioText(host?.busy?.mean)],
      ['connections', `${numberText(result.totals.connections.opened)} opened`],
      ['sessions', result.sessions && sessionsText(result.sessions)],
      [
        'open streams',
        streams && `${numberText(streams.fewest)} to ${numberText(streams.most)}, ${numberText(streams.lost)} lost`,
      ],
    ],
  };
}
