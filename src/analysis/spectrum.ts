import type { LatencyHistogram } from '../journal/latency-histogram.js';
import type { Spectrum } from './series.js';

/** Percentiles at even steps of log(1/(1-p)): 0, then twenty for each factor of ten, up to the resolution of the sample. */
export function spectrumPercentiles(count: number): readonly number[] {
  const percentiles = [0];
  const nines = Math.log10(Math.max(10, count));
  for (let step = 1; step <= Math.ceil(nines * 20); step++) {
    const percentile = 1 - 10 ** (-step / 20);
    if (step / 20 > nines) break;
    percentiles.push(percentile);
  }
  percentiles.push(1);
  return percentiles;
}

/**
 * Percentile spectrum of response and service time. Unanswered calls stand above every answered one: the curve ends where they begin.
 * Axis after the HDR histogram plotter: log(1/(1-p)) shows the tail that a linear axis hides.
 */
export function spectrumOf(response: LatencyHistogram, service: LatencyHistogram, unanswered: number): Spectrum {
  const points = (histogram: LatencyHistogram) =>
    spectrumPercentiles(histogram.count + unanswered).flatMap((percentile) => {
      const valueUs = histogram.percentile(percentile, unanswered);
      return typeof valueUs === 'number' ? [{ percentile, valueUs }] : [];
    });
  return { response: points(response), service: points(service) };
}
