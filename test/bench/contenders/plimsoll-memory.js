// Resident memory of plimsoll as calls go by: one closed drive, read when 10^6 and when 10^7 calls have ended (`--long`).
import { closedScenario } from '../bench-scenario.js';
import { openPlimsoll } from '../plimsoll-drive.js';

const { url, slots, firstCalls, lastCalls } = JSON.parse(process.argv[2]);
const DAY_MS = 86_400_000;
const plimsoll = await openPlimsoll(closedScenario(url, slots, DAY_MS));
const readings = [];
const drive = plimsoll.drive(closedScenario(url, slots, DAY_MS), (_, totals, stop) => {
  const ended = totals.ok + totals.failed;
  const next = readings.length === 0 ? firstCalls : lastCalls;
  if (ended < next) return;
  readings.push({ calls: ended, rssMb: process.memoryUsage.rss() / 2 ** 20 });
  if (readings.length === 2) stop();
});
await drive;
await plimsoll.close();
process.stdout.write(`${JSON.stringify({ readings, grownMb: readings[1].rssMb - readings[0].rssMb })}\n`);
