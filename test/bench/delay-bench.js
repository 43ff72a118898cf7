// What it costs to watch how long a server of 30 processes waits for a core: CPU of all readings of a minute, done one behind the other.
//   npm run bench -- --only delay
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DelaySampler } from '../../dist/signals/delay/delay-sampler.js';

const PROCESSES = 30;
const SECONDS = 60;
const MOST = 0.02;

/** Share of a core that the readings take. */
export async function delayBench() {
  const children = [];
  try {
    for (let i = 0; i < PROCESSES; i++) {
      const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log()'], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      children.push(child);
      await once(child.stdout, 'data');
    }
    const views = new Set();
    let slots = 0;
    let bytes = 0;
    const sampler = new DelaySampler({
      place: {
        elsewhere: false,
        pids: () => children.map(({ pid }) => pid),
        trusted: true,
        ports: [],
        upstreamPorts: [],
        proxyPorts: [],
      },
      onUnseen: () => {},
      onEntry: (entry) => {
        views.add(entry.view);
        slots += entry.slots.length;
        bytes += JSON.stringify(entry).length + 1;
      },
    });
    const before = process.cpuUsage();
    for (let atMs = 0; atMs <= SECONDS * 1000; atMs += 100) sampler.sample(atMs);
    const { user, system } = process.cpuUsage(before);
    sampler.close();
    const share = (user + system) / 1e6 / SECONDS;
    const right = views.size === 1 && views.has('run-delay') && slots >= SECONDS * 9;
    const text = `delay of a server of ${PROCESSES} processes: ${(share * 100).toFixed(2)} % of a core, ${Math.round(bytes / SECONDS)} bytes/s of journal`;
    return { share, most: MOST, held: right && share <= MOST, text };
  } finally {
    for (const child of children) child.kill();
  }
}
