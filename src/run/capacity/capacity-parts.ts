import { ProcessSampler } from '../../signals/process-sampler.js';
import { rateText } from '../../text/figure-text.js';
import { trustedRate } from '../generator/generator-reading.js';
import { measureGenerator } from '../generator/measure-generator.js';
import { sessionParts } from '../run-parts.js';
import type { CapacityParts } from './capacity-request.js';

/** The real parts of a capacity search. */
export const capacityParts: CapacityParts = {
  ...sessionParts,
  calibrate: async (onStep) => {
    onStep('calibrating the load generator against an instant server (about 10 s)');
    const rate = trustedRate(await measureGenerator(() => {}));
    onStep(`one load thread is trusted up to ${rateText(rate)} here`);
    return rate;
  },
  readRss: async (pid) => (await new ProcessSampler(pid).sample(0))?.rssBytes,
  nowMs: () => performance.now(),
};
