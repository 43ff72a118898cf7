// plimsoll, closed model: as many users as slots and no think time, so every slot is always busy.
import { closedScenario } from '../bench-scenario.js';
import { openPlimsoll } from '../plimsoll-drive.js';

const { url, slots, warmUpMs, measureMs } = JSON.parse(process.argv[2]);
const plimsoll = await openPlimsoll(closedScenario(url, slots, measureMs));
await plimsoll.drive(closedScenario(url, slots, warmUpMs));
const reading = await plimsoll.drive(closedScenario(url, slots, measureMs));
await plimsoll.close();
process.stdout.write(`${JSON.stringify({ ...reading, calls: reading.started })}\n`);
