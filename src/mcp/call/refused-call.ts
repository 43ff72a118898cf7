import type { CallAnswer, CancelCall } from '../driver.js';
import type { Clock } from './clock.js';

/** Ends a call that cannot be sent because the shared token has run out. As of any call, its end is told after its start. */
export function refuseWithoutToken(clock: Clock, done: (answer: CallAnswer) => void): CancelCall {
  const text = 'the token has run out and no other could be had';
  clock.afterSockets(() =>
    done({ outcome: 'token-unavailable', answered: false, endedMs: clock.now(), bytesSent: 0, bytesReceived: 0, text }),
  );
  return () => {};
}
