// What sessions take while they are held: resident memory of a process before and after it opens them, each time after a collection (--expose-gc).
import { openPlimsollSessions } from '../plimsoll-sessions.js';

const { url, sessions, warmUp } = JSON.parse(process.argv[2]);
const settledMb = async () => {
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return process.memoryUsage.rss() / 2 ** 20;
};
const close = await openPlimsollSessions(url, warmUp);
await close();
const beforeMb = await settledMb();
await openPlimsollSessions(url, sessions);
const afterMb = await settledMb();
process.stdout.write(`${JSON.stringify({ beforeMb, afterMb, heldMb: afterMb - beforeMb })}\n`);
process.exit(0);
