import type { SessionFigures } from '../result/result.js';
import type { TrafficFigures } from '../result/traffic-figures.js';
import { countText, numberText } from '../text/figure-text.js';

/** What became of the sessions, in a line: `10 opened, 2 lost, 2 replaced, 10 ended (HTTP 200: 10)`. */
export function sessionsText({ opened, lost, replaced, ended, endedByStatus = {} }: SessionFigures): string {
  const statuses = Object.entries(endedByStatus);
  const how = statuses.map(([status, count]) => `${status === 'none' ? 'no answer' : `HTTP ${status}`}: ${numberText(count)}`);
  const never = statuses.length > 0 && statuses.every(([status]) => status === '405');
  return [
    `${numberText(opened)} opened`,
    `${numberText(lost)} lost`,
    `${numberText(replaced)} replaced`,
    ended === undefined
      ? 'how they ended is not known'
      : `${numberText(ended)} ended${how.length === 0 ? '' : ` (${how.join(', ')})`}${never ? ': the server does not end sessions' : ''}`,
  ].join(', ');
}

const TRAFFIC_WORDS: Readonly<Record<TrafficFigures['what'], string>> = {
  preflight: 'the preflight',
  trial: 'trials',
  'start-rate': 'the look for a start',
  'idle-check': 'checks whether the target was idle',
  sweep: 'the closed sweep',
  'recovery-level': 'loads around a fault',
  'idle-sessions': 'idle sessions',
};

/** Everything that a search sent: `1,234 calls in all: 900 in trials, 334 in the look for a start`. */
export function trafficText(traffic: readonly TrafficFigures[]): string {
  const parts = traffic
    .filter(({ calls }) => calls > 0)
    .map(({ what, calls }) => `${numberText(calls)} in ${TRAFFIC_WORDS[what]}`);
  return `${countText(
    traffic.reduce((sum, { calls }) => sum + calls, 0),
    'call',
  )} in all: ${parts.join(', ')}`;
}
