import { openEnvironment } from '../../environment/open-environment.js';
import { JournalWriter } from '../../journal/journal-writer.js';
import { createLoadEngine } from '../../load/threads/create-load-engine.js';
import { timelineOf } from '../../scenario/plan/timeline.js';
import { ProcessSampler } from '../../signals/process-sampler.js';
import { finishRun } from '../finish-run.js';
import { trustedRate } from '../generator/generator-findings.js';
import { measureGenerator } from '../generator/measure-generator.js';
import type { CapacityParts } from './capacity-request.js';

/** The real parts of a capacity search. */
export const capacityParts: CapacityParts = {
  openEnvironment: (scenario, options) => openEnvironment(scenario, options),
  openJournal: (path, redactor) => new JournalWriter(path, redactor),
  finish: finishRun,
  calibrate: async (onStep) => {
    onStep('calibrating the load generator against an instant server (about 10 s)');
    const reading = await measureGenerator({
      engineFor: (scenario) => createLoadEngine({ scenario }),
      timelineOf,
      onStep: () => {},
    });
    const rate = trustedRate(reading);
    onStep(`one load thread is trusted up to ${Math.round(rate)}/s here`);
    return rate;
  },
  readRss: async (pid) => (await new ProcessSampler(pid).sample(0))?.rssBytes,
  nowMs: () => performance.now(),
};
