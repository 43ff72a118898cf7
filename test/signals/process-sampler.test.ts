import { spawn } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProcessSampler } from '../../src/signals/process-sampler.js';
import { stopProcess } from '../../src/watchdog/stop-process.js';

const BUSY = 'setInterval(() => { const until = performance.now() + 15; while (performance.now() < until); }, 30)';

describe.runIf(process.platform === 'linux')('the sampler of a process', () => {
  it('sums a shell and the busy child below it, as the child counts its own CPU', async () => {
    const child = spawn('sh', ['-c', '"$0" -e "$1"; true', process.execPath, `console.log('up'); ${BUSY}`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = child.pid as number;
    onTestFinished(() => stopProcess(pid, { group: true, graceMs: 0 }).then(() => {}));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const sampler = new ProcessSampler(pid);
    expect(await sampler.sample(0)).not.toHaveProperty('cpuCores');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const entry = await sampler.sample(1);
    expect(entry).toMatchObject({ type: 'process', t: 1, pid, processes: 2 });
    // About half a core; a machine that is busy with other things gives it less, never more.
    expect(entry?.cpuCores).toBeGreaterThan(0.02);
    expect(entry?.cpuCores).toBeLessThan(1.5);
    // Node alone holds more than 20 MB and seven threads, whatever sh adds.
    expect(entry?.rssBytes).toBeGreaterThan(20e6);
    expect(entry?.threads).toBeGreaterThan(5);
    expect(entry?.descriptors).toBeGreaterThan(6);
  });

  it('has nothing to say of a process that is gone', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.once('exit', resolve));
    expect(await new ProcessSampler(child.pid as number).sample(0)).toBeUndefined();
  });
});
