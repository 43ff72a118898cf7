import { type Html, html, type SectionMaker } from '../html.js';

const TERMS: readonly (readonly [string, Html])[] = [
  [
    'Response time',
    html`From the moment when a call was <em>due</em> by the schedule to its end. This is what a user waits, and what every limit judges.`,
  ],
  [
    'Service time',
    html`From the moment when the call was really sent to its end. The difference to response time is waiting: for a free slot, a connection, or a generator that was late.`,
  ],
  [
    'Coordinated omission',
    html`A generator that waits for each call to end sends nothing while the server hangs. It misses exactly the calls that would have been slow. Here a schedule decides when calls are due, and time counts from then: if the server freezes for 2 s, every call due in those 2 s shows it.`,
  ],
  [
    'Unanswered calls',
    html`Timed out, cut off, unfinished at the end, or dropped. They rank above every answered call: a quantile that falls among them has no value and reads “> ” and the timeout. It misses any limit. Leaving them out would make a server look faster the more calls it loses.`,
  ],
  [
    'Answered failures',
    html`Tool errors, RPC errors and HTTP errors were answered. They count against the success rate. The latency of successes leaves them out, because a quick refusal is not quick service.`,
  ],
  [
    'Dropped',
    html`Calls that were due while all slots (<code>maxInFlight</code>) were taken and the generator was on time. The cause is the server, or a <code>maxInFlight</code> set too low. They count against the success rate. Starts <em>given up by the generator</em> are load that was not made: a limit is met only where it holds with them as failures.`,
  ],
  [
    'Offered, achieved, goodput',
    html`Calls due, calls ended, calls ended well, each per second. Offered above achieved means that work is piling up or being lost.`,
  ],
  [
    'Percentiles',
    html`From HDR histograms (integer microseconds, 3 digits: at most 0.1 % too large) by nearest rank. Histograms of several tools, phases or seconds are added; percentiles are never averaged.`,
  ],
  [
    'Percentile spectrum',
    html`The horizontal axis stretches the tail: each step from 90 % to 99 % to 99.9 % has the same width. A curve that climbs late is a tail that few users meet; a curve that jumps is two populations, for instance cached and not.`,
  ],
  [
    'Phases',
    html`Warm-up is kept apart and never judged. Steady, ramp, burst and closed phases are judged by the SLO and the baseline; fault phases by their own limits only. A call belongs to the phase in which it was due.`,
  ],
  [
    'Verdicts',
    html`<em>Pass</em>: every judged limit was met. <em>Fail</em>: one was missed. <em>Inconclusive</em>: too few calls to tell, or the run was stopped early. No data is never a pass. <em>Invalid</em>: the load generator or its machine was too busy to judge the server.`,
  ],
  [
    'Saturation',
    html`How full the server was. Utilization alone says little; a queue (calls in flight rising at a steady offered rate) says that it is past its capacity.`,
  ],
];

/** How each figure came about and what it means. */
export const readingSection: SectionMaker = () => ({
  id: 'reading',
  title: 'How to read the figures',
  body: html`<dl class="terms">${TERMS.map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`)}</dl>`,
});
