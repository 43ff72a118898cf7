// A program that takes a core in bursts of 50 to 500 ms, with pauses as long between them. It ends when its stdin does. Argument: a seed.
import { seeded } from './seeded.js';

const random = seeded(Number(process.argv[2] ?? 1));
const someMs = () => 50 + 450 * random();

const burst = () => {
  const untilMs = performance.now() + someMs();
  while (performance.now() < untilMs);
  setTimeout(burst, someMs());
};
process.stdin.on('end', () => process.exit(0)).resume();
burst();
