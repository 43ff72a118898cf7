import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { Driver } from './driver.js';
import type { DriverOptions } from './driver-options.js';

/** Makes a driver that speaks MCP over Streamable HTTP. */
export function createHttpDriver(options: DriverOptions): Driver {
  throw new PlimsollError(`cannot drive ${options.target.urls.join(', ')} yet`, EXIT.internalError);
}
