// plimsoll, open model: constant arrivals.
import { openScenario } from '../bench-scenario.js';
import { openPlimsoll } from '../plimsoll-drive.js';

const { url, slots, rate, warmUpMs, measureMs } = JSON.parse(process.argv[2]);
const plimsoll = await openPlimsoll(openScenario(url, slots, rate, measureMs));
await plimsoll.drive(openScenario(url, slots, rate, warmUpMs));
const reading = await plimsoll.drive(openScenario(url, slots, rate, measureMs));
await plimsoll.close();
process.stdout.write(`${JSON.stringify(reading)}\n`);
