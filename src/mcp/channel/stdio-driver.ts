import { basename } from 'node:path';
import { startWatchdog, type Watchdog } from '../../watchdog/watchdog.js';
import type { Driver } from '../driver.js';
import type { DriverOptions } from '../driver-options.js';
import { processError } from './channel-error.js';
import { MessageDriver } from './message-driver.js';
import { StdioChannel } from './stdio-channel.js';

/** Server processes that are started at the same time. */
const START_AT_ONCE = 4;
const SECRET_NAME = /passw|token|secret|key|credential/i;

/** Makes a driver that speaks MCP to server processes of ours, one a session. */
export function createStdioDriver(options: DriverOptions): Driver {
  const { command = [], env, cwd } = options.target;
  return new MessageDriver(options, (owner) => {
    for (const [name, value] of Object.entries(env)) if (SECRET_NAME.test(name)) owner.secrets.add(value);
    // One for each load thread: it also acts when the thread alone is gone.
    let watchdog: Watchdog | undefined;
    return {
      endpoints: [
        {
          // The command may hold secrets and would be long: the file has it.
          label: `stdio:${basename(command[0] ?? '')}`,
          bothEras: true,
          openAtOnce: START_AT_ONCE,
          callers: 1,
          makeChannel: () => {
            watchdog ??= startWatchdog();
            return new StdioChannel({
              command,
              env,
              cwd,
              watchdog,
              owner,
              lineBytes: owner.limits.answerBytes,
              onProcess: options.onServerProcess ?? (() => {}),
            });
          },
          explain: (step, error, noise) => processError(command, step, error, noise, owner.redact),
        },
      ],
      close: () => watchdog?.dismiss(),
    };
  });
}
