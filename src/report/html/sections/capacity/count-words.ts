import type { SizingCount } from '../../../../capacity/sizing-figures.js';

/** What each count of instances asks for, in words. */
export const COUNTS: Readonly<Record<SizingCount, string>> = {
  load: 'load at the peak, all instances up',
  instanceLoss: 'peak with the planned instances lost',
  zoneLoss: 'peak with the planned zones lost',
  sessions: 'sessions held',
  memory: 'memory of the hottest instance',
  descriptors: 'descriptors of the hottest instance',
  rollingUpdate: 'peak during a rolling update',
  minimum: 'fewest allowed',
};
