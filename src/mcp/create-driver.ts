import { createSseDriver } from './channel/sse-driver.js';
import { createStdioDriver } from './channel/stdio-driver.js';
import type { Driver } from './driver.js';
import type { DriverOptions } from './driver-options.js';
import { createHttpDriver } from './http/http-driver.js';

/** Makes the driver for the transport of the target. Nothing is connected or started before `open`. */
export function createDriver(options: DriverOptions): Driver {
  switch (options.target.transport) {
    case 'streamable-http':
      return createHttpDriver(options);
    case 'sse':
      return createSseDriver(options);
    case 'stdio':
      return createStdioDriver(options);
  }
}
