import type { CapacityFigures } from '../../../../result/capacity-figures.js';
import type { RecoveryAnswer, RecoveryLevel } from '../../../../result/recovery-figures.js';
import { ABSENT, factorText, rateText, shareText, spanText } from '../../../../text/figure-text.js';
import type { Bar } from '../../../charts/xy-chart.js';
import { type Column, column, numeric } from '../../../column.js';
import { dataTable, type Html, html, NOTHING, type SectionMaker } from '../../html.js';
import { outcomeBadge } from '../../outcome-badge.js';
import { barFigure } from '../../xy-figure.js';

/** The load from which the system comes back by itself after each fault, beside the capacity that it has while all is well. */
export const recoverySection: SectionMaker = async ({ result }) => {
  const { capacity } = result;
  const recovery = capacity?.recovery ?? [];
  if (capacity === undefined || recovery.length === 0) return undefined;
  const bars = recoveryBars(capacity, recovery);
  const chart =
    bars.length < 2
      ? NOTHING
      : await barFigure({
          id: 'hidden-capacity',
          title: 'Hidden capacity',
          caption:
            'The largest load at which the system recovered while the load continued. Lines: up to the smallest load at which it did not.',
          unit: 'perS',
          bars,
        });
  return {
    id: 'hidden-capacity',
    title: 'Recovery under load',
    body: html`<p class="note">The load continues before, during and after the fault. A system that handles a rate can stay down at that rate once a fault has filled its queues. Callers retry, and the work they gave up on keeps the system busy.</p>${chart}${recovery.map(answerPart)}`,
  };
};

function recoveryBars({ healthy }: CapacityFigures, recovery: readonly RecoveryAnswer[]): readonly Bar[] {
  const sound = healthy?.interval.confirmedPass ?? recovery.find(({ healthyRate }) => healthyRate !== undefined)?.healthyRate;
  return [
    ...(sound === undefined ? [] : [{ label: 'healthy capacity', value: sound, text: rateText(sound) }]),
    ...recovery.flatMap(({ under, hidden, levels }): readonly Bar[] => {
      const { recovers, doesNot } = hidden;
      if (levels.length === 0 || (recovers === undefined && doesNot === undefined)) return [];
      const value = recovers?.rate ?? 0;
      const back = recovers === undefined ? 'no load that recovers was found' : `${rateText(value)} recovers`;
      return [
        {
          label: under,
          value,
          ...(doesNot === undefined ? {} : { low: value, high: doesNot.rate }),
          text: doesNot === undefined ? back : `${back}, ${rateText(doesNot.rate)} does not`,
        },
      ];
    }),
  ];
}

const BADGES = {
  recovers: 'pass',
  slow: 'inconclusive',
  stuck: 'fail',
  undecided: 'inconclusive',
  invalid: 'invalid',
  cut: 'not-applicable',
} as const;

function answerPart({ under, summary, levels, remarks, label, tookS, budgetS }: RecoveryAnswer): Html {
  return html`<h3>After ${under}</h3><p><strong>${summary}</strong></p>${
    levels.length === 0
      ? NOTHING
      : html`<p class="note">Loads: ${label}. ${spanText(Math.round(tookS))} of ${spanText(budgetS)}.</p>${dataTable(levels, {
          label: `Loads held around ${under}`,
          dense: true,
          columns: LEVEL_COLUMNS,
        })}`
  }${remarks.length === 0 ? NOTHING : html`<ul class="caveats">${remarks.map((text) => html`<li>${text}</li>`)}</ul>`}`;
}

const LEVEL_COLUMNS: readonly Column<RecoveryLevel, string | Html>[] = [
  numeric('Load', ({ share }) => shareText(share)),
  numeric('Offered', ({ offeredRate }) => rateText(offeredRate)),
  numeric('In time before', ({ inTime }) => shareText(inTime.before)),
  numeric('in the fault', ({ inTime }) => (inTime.during === undefined ? ABSENT : shareText(inTime.during))),
  numeric('at the end', ({ inTime }) => shareText(inTime.last)),
  numeric('Back after', ({ recoverS }) => (recoverS === undefined ? ABSENT : spanText(Math.round(recoverS)))),
  numeric('Computed drain', ({ drainS }) => spanText(Math.round(drainS))),
  numeric('Held', ({ heldS }) => (heldS === undefined ? ABSENT : spanText(Math.round(heldS)))),
  numeric('Attempts per call', ({ attemptsPerCall }) => factorText(attemptsPerCall)),
  numeric('At the dependency', ({ dependencyAmplification: times }) => (times === undefined ? ABSENT : factorText(times))),
  column('Without load', ({ cameBack }) => (cameBack === undefined ? ABSENT : cameBack ? 'came back' : 'stayed down')),
  column('Verdict', ({ outcome }) => outcomeBadge(BADGES[outcome], outcome)),
  column('Why', ({ reason }) => reason),
];
