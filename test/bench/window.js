// A closed loop for a fixed time: warm-up, then calls and CPU of the whole process counted between two instants.
/**
 * @param start starts one call and returns a promise, or takes a callback that is called when it ended
 * @returns calls per second and CPU microseconds per call
 */
export const closedLoop = async ({ slots, warmUpMs, measureMs, start }) => {
  let calls = 0;
  let failed = 0;
  let running = true;
  let open = 0;
  let drained;
  const ended = new Promise((resolve) => {
    drained = resolve;
  });
  const again = (ok) => {
    calls += 1;
    if (!ok) failed += 1;
    if (running) start(again);
    else if (--open === 0) drained();
  };
  for (; open < slots; open += 1) start(again);
  await new Promise((resolve) => setTimeout(resolve, warmUpMs));
  const callsBefore = calls;
  const failedBefore = failed;
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, measureMs));
  const cpu = process.cpuUsage(cpuBefore);
  const elapsedS = (performance.now() - startedMs) / 1000;
  const counted = calls - callsBefore;
  const failures = failed - failedBefore;
  running = false;
  await ended;
  return {
    calls: counted,
    failed: failures,
    callsPerS: counted / elapsedS,
    cpuUsPerCall: (cpu.user + cpu.system) / counted,
  };
};
