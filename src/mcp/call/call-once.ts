import type { CallAnswer, CallStart, Driver } from '../driver.js';

/** A call that is no measurement: its trace id says so. */
const TRACEPARENT = '00-00000000000000000000000000000001-0000000000000001-00';

/**
 * Makes one call apart from any load, with its whole result.
 * @returns undefined when `signal` ended it
 */
export async function callOnce(
  driver: Driver,
  call: Pick<CallStart, 'tool' | 'request' | 'argumentsJson' | 'tenant' | 'timeoutMs'>,
  signal?: AbortSignal,
): Promise<CallAnswer | undefined> {
  let stop = (): void => {};
  const answer = await new Promise<CallAnswer>((done) => {
    const cancel = driver.start({ ...call, endpoint: 0, traceparent: TRACEPARENT, wantResult: true }, done);
    stop = () => cancel('cancelled');
    signal?.addEventListener('abort', stop, { once: true });
  });
  signal?.removeEventListener('abort', stop);
  return signal?.aborted === true ? undefined : answer;
}
