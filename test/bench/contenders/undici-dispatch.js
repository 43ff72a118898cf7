// The floor: undici's Pool.dispatch with a prepared request and JSON.parse of the answer, nothing recorded.

import { undiciCaller } from '../undici-caller.js';
import { closedLoop } from '../window.js';

const { url, slots, warmUpMs, measureMs } = JSON.parse(process.argv[2]);
const { call, close } = undiciCaller(url, slots);
const reading = await closedLoop({ slots, warmUpMs, measureMs, start: call });
await close();
process.stdout.write(`${JSON.stringify(reading)}\n`);
