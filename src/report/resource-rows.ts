import type { ResourceFigures } from '../result/capacity-figures.js';
import { ABSENT, bytesText, coresText, latencyText } from '../text/figure-text.js';

export interface ResourceRow {
  readonly name: string;
  /** ABSENT where it could not be told; a remark says why. */
  readonly value: string;
  /** 95 % interval; ABSENT where the figure is no slope or intercept. */
  readonly interval: string;
}

/** What one instance uses, figure by figure, each with how sure it is. */
export function resourceRows(resources: ResourceFigures): readonly ResourceRow[] {
  const { intervals = {} } = resources;
  const row = (name: string, of: keyof typeof intervals, text: (value: number) => string): ResourceRow => {
    const [value, interval] = [resources[of], intervals[of]];
    return {
      name,
      value: value === undefined ? ABSENT : text(value),
      interval: value === undefined || interval === undefined ? ABSENT : `${text(interval[0])} to ${text(interval[1])}`,
    };
  };
  const span = (seconds: number): string => latencyText(seconds * 1e6);
  return [
    row('CPU of a call', 'cpuPerCallS', span),
    row('CPU without load', 'idleCores', coresText),
    row('memory without calls', 'baseBytes', bytesText),
    row('memory of a call in flight', 'callBytes', bytesText),
    row('memory of an idle session', 'sessionBytes', bytesText),
  ];
}
