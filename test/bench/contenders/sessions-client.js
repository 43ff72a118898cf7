// Opens sessions in a process of its own, sixteen handshakes at a time: by the official SDK client, a client a session, or by plimsoll's driver.
// Both open a few first, so that neither is timed while its code is being compiled.
import { readFileSync } from 'node:fs';
import { openPlimsollSessions } from '../plimsoll-sessions.js';

const { kind, url, serverPid, sessions, warmUp, atOnce } = JSON.parse(process.argv[2]);

const openers = {
  sdk: async (count) => {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    const clients = [];
    let left = count;
    const openSome = async () => {
      while (left-- > 0) {
        const client = new Client({ name: 'bench', version: '1' });
        const transport = new StreamableHTTPClientTransport(new URL(url));
        await client.connect(transport);
        if (transport.sessionId === undefined) throw new Error('a session without an id');
        clients.push(client);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, openSome));
    if (clients.length !== count) throw new Error(`${clients.length} of ${count} sessions opened`);
    return () => Promise.all(clients.map((client) => client.close()));
  },
  plimsoll: (count) => openPlimsollSessions(url, count),
};

/** CPU time of the server so far, in us; 10 ms is the smallest step. undefined where there is no /proc. */
const serverCpuUs = () => {
  try {
    const fields = readFileSync(`/proc/${serverPid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return undefined;
  }
};

const open = openers[kind];
const close = await open(warmUp);
await close();
const serverBefore = serverCpuUs();
const cpuBefore = process.cpuUsage();
const startedMs = performance.now();
await open(sessions);
const elapsedS = (performance.now() - startedMs) / 1000;
const cpu = process.cpuUsage(cpuBefore);
const reading = {
  sessionsPerS: sessions / elapsedS,
  cpuUsPerSession: (cpu.user + cpu.system) / sessions,
  serverCpuUsPerSession: serverBefore === undefined ? undefined : (serverCpuUs() - serverBefore) / sessions,
};
process.stdout.write(`${JSON.stringify(reading)}\n`);
process.exit(0);
