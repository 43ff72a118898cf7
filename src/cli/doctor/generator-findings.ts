import { type GeneratorReading, TRUSTED_SHARE, trustedRate } from '../../run/generator/generator-reading.js';
import { countText, givenRateText, givenRatioText, latencyText, rateText } from '../../text/figure-text.js';
import type { Finding } from './finding.js';

export function generatorFindings(reading: GeneratorReading): readonly Finding[] {
  const { ceilingPerS, pipelinePerS, pipelineCpuUsPerCall } = reading;
  const trusted = trustedRate(reading);
  return [
    {
      level: 'ok',
      about: 'ceiling',
      text: `autocannon reaches ${rateText(ceilingPerS)} closed loop against the stub; plimsoll with one load thread ${rateText(pipelinePerS)} at ${latencyText(pipelineCpuUsPerCall)} of CPU a call.`,
      figures: { ceilingPerS, pipelinePerS, pipelineCpuUsPerCall },
    },
    {
      level: trusted >= 1000 ? 'ok' : 'warning',
      about: 'trusted rate',
      text: `up to ${rateText(trusted)} a load thread can be trusted here (${givenRatioText(TRUSTED_SHARE)} of its ceiling), if the server runs elsewhere.`,
      figures: { trustedPerS: trusted },
    },
  ];
}

/** Whether the peak rate of a scenario is within what was measured. `workers`: load threads that it may use. */
export function peakFinding(peakPerS: number, workers: number, reading: GeneratorReading): Finding {
  const trusted = trustedRate(reading);
  const text = `the scenario asks for ${givenRateText(peakPerS)} at its peak`;
  if (peakPerS <= trusted)
    return { level: 'ok', about: 'peak rate', text: `${text}: within what one load thread can be trusted with.` };
  if (peakPerS <= trusted * workers) {
    return {
      level: 'warning',
      about: 'peak rate',
      text: `${text}: it takes ${Math.ceil(peakPerS / trusted)} load threads, with a core for each.`,
    };
  }
  return {
    level: 'problem',
    about: 'peak rate',
    text: `${text}: more than this machine can be trusted with (${rateText(trusted * workers)} with ${countText(workers, 'load thread')}).`,
  };
}
