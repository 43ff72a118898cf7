import type { LawFigures } from '../../result/law-figures.js';
import { amountText, countText, percentText } from '../../text/figure-text.js';
import type { Usl } from './usl.js';

/** What contention and coherency mean here, and how far that goes, in a few sentences. */
export function lawMeaning(
  law: Usl,
  verdict: LawFigures['verdict'],
  best: LawFigures['bestMeasured'],
  peak: LawFigures['peak'] | undefined,
): string {
  const measured = `${amountText(best.rate)} calls/s with ${countText(best.callers, 'caller')}`;
  switch (verdict) {
    case 'not-usl':
      return `The server does not follow the law: the levels are further from the curve than trials of one level are from each other. Its throughput levels off at ${measured}, as with a pool or one event loop; contention and coherency mean nothing here.`;
    case 'peak-measured':
      return `${parts(law)} The throughput was seen to fall past its peak of about ${amountText(peak?.rate ?? best.rate)} calls/s at ${amountText(peak?.callers ?? best.callers)} callers: more callers get less done.`;
    case 'peak-extrapolated':
      return `${parts(law)} The curve would turn down at about ${amountText(peak?.callers ?? best.callers)} callers; no fall was measured, so that is extrapolated.`;
    case 'saturates':
      return `${parts(law)} The throughput levels off at ${measured}; it was not seen to fall.`;
    case 'not-reached':
      return `${parts(law)} The peak was not reached; at least ${measured} was measured.`;
  }
}

function parts({ sigma, kappa }: Usl): string {
  const contention =
    sigma === 0
      ? 'No contention: nothing in a call waits for its turn.'
      : `Contention ${percentText(sigma)}: that share of the work is done one call at a time, so no number of callers gets more than ${amountText(1 / sigma)} times the rate of one.`;
  const coherency =
    kappa === 0
      ? 'No coherency cost was found: callers do not slow each other down beyond that.'
      : `Coherency ${amountText(kappa)}: so much of a call goes into keeping each pair of callers in step, which is what turns the curve down.`;
  return `${contention} ${coherency}`;
}
