import { EXIT, type ExitCode } from './exit-codes.js';

const CODES = {
  [EXIT.pass]: 'INTERNAL',
  [EXIT.internalError]: 'INTERNAL',
  [EXIT.usage]: 'USAGE',
  [EXIT.sloMissed]: 'SLO_MISSED',
  [EXIT.worseThanBaseline]: 'WORSE_THAN_BASELINE',
  [EXIT.inconclusive]: 'INCONCLUSIVE',
  [EXIT.target]: 'TARGET',
  [EXIT.faultEngine]: 'FAULT_ENGINE',
  [EXIT.machine]: 'MACHINE',
  [EXIT.interrupted]: 'INTERRUPTED',
  [EXIT.terminated]: 'TERMINATED',
} as const satisfies Record<ExitCode, string>;

/**
 * Stable names of errors, for programs. `SCENARIO`: a scenario that cannot be accepted. `HOST_NOT_ALLOWED`: a host that `target.allow` does not
 * name. `BUSY`: another run goes on in this process. The others are named after their exit code.
 */
export type ErrorCode = 'SCENARIO' | 'HOST_NOT_ALLOWED' | 'BUSY' | (typeof CODES)[ExitCode];

/** The name of an error that has none of its own. */
export const errorCodeOf = (exitCode: ExitCode): ErrorCode => CODES[exitCode];
