import { createInterface } from 'node:readline';
import { Agent } from './agent.js';
import type { AgentOrder } from './agent-messages.js';

// The process of the fault agent: orders on its standard input, reports on its standard output. It ends when that input does, for whatever
// reason, after every fault is off; no signal that a terminal or a supervisor sends around may keep it from that.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdout.on('error', () => undefined);

const agent = new Agent((report) => void process.stdout.write(`${JSON.stringify(report)}\n`));

const leave = (): void => {
  // What was told last has to be out before the end; a reader that is gone must not hold us.
  process.stdout.write('', () => process.exit(0));
  setTimeout(() => process.exit(0), 200);
};

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  let order: AgentOrder;
  try {
    order = JSON.parse(line) as AgentOrder;
  } catch {
    // A line torn by the death of its writer.
    return;
  }
  if (order.order === 'end') void agent.end('ordered').then(leave);
  else agent.obey(order);
});
lines.on('close', () => void agent.end('lease lost').then(leave));
