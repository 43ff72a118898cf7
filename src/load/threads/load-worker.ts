import { parentPort, workerData } from 'node:worker_threads';
import { createDriver } from '../../mcp/create-driver.js';
import { threadClock } from '../load-clock.js';
import { LoadThread } from './load-thread.js';
import type { ThreadBirth, ThreadOrder } from './thread-messages.js';
import { openThreadWait } from './thread-wait.js';

/** Entry of a load thread. */
if (parentPort === null) throw new Error('load-worker runs in a worker thread');
const port = parentPort;
const thread = new LoadThread({
  birth: workerData as ThreadBirth,
  createDriver,
  clock: threadClock,
  monotonicNs: process.hrtime.bigint,
  waitedMs: openThreadWait(),
  report: (report) => port.postMessage(report),
});
port.on('message', (order: ThreadOrder) => void thread.obey(order));
