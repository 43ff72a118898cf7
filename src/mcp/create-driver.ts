import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { Driver } from './driver.js';
import type { DriverOptions } from './driver-options.js';
import { createHttpDriver } from './http-driver.js';
import { createStdioDriver } from './stdio-driver.js';

/**
 * Makes the driver for the transport of the target. Nothing is connected before `open`.
 * @throws PlimsollError (exit code 2) for a transport that this version does not speak.
 */
export function createDriver(options: DriverOptions): Driver {
  const { transport } = options.target;
  if (transport === 'streamable-http') return createHttpDriver(options);
  if (transport === 'stdio') return createStdioDriver(options);
  throw new PlimsollError(`transport ${transport} is not in this version yet`, EXIT.usage, {
    hint: 'use target.url with transport: streamable-http',
  });
}
