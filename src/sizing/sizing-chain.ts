import { amountText, countText, percentText } from '../text/figure-text.js';
import type { Fleet } from './fleet.js';

/** The one chain from the stated peak to the load that instances are counted for, in words. Each factor stands in it once. */
export function chainOf(fleet: Fleet): readonly string[] {
  const q = fleet.question;
  const lines = [`peak ${amountText(q.peakPerS)} calls/s, a mean over ${amountText(q.windowS)} s`];
  if (q.growth > 0) lines.push(`x ${amountText(1 + q.growth)} for ${percentText(q.growth)} growth of calls and sessions`);
  if (q.burst > 1) lines.push(`x ${amountText(q.burst)} for bursts over ${amountText(q.burstWindowS)} s inside that window`);
  lines.push(`= ${amountText(fleet.calls)} calls/s planned`);
  if (fleet.demand > fleet.calls) {
    const opened = q.sessionsOpenedPerS * (1 + q.growth);
    lines.push(
      `+ ${amountText(opened)} sessions/s opened x ${amountText(q.openingCost)} calls each = ${amountText(fleet.demand)} calls/s`,
    );
  }
  const product = (q.burst * (1 + q.growth)) / q.utilisation;
  lines.push(
    `/ ${percentText(q.utilisation)} utilization, all instances healthy: ${amountText(product)} times the peak in capacity`,
  );
  lines.push(`/ ${amountText(q.capacityPerS)} calls/s of one instance within the SLO`);
  const lost = [
    ...(q.surviveInstances > 0 ? [`any ${countText(q.surviveInstances, 'instance')}`] : []),
    ...(q.surviveZones > 0 ? [`any ${countText(q.surviveZones, 'zone')} of ${q.zones}`] : []),
  ];
  if (lost.length > 0) {
    lines.push(`with ${lost.join(', or ')} lost (not both at once) at most ${percentText(q.failureUtilisation)} of what is left`);
  }
  return lines;
}
