/** Exit codes: one for each kind of outcome, documented and stable. */
export const EXIT = {
  pass: 0,
  internalError: 1,
  usage: 2,
  sloMissed: 3,
  worseThanBaseline: 4,
  inconclusive: 5,
  target: 6,
  faultEngine: 7,
  machine: 8,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
