// Opening sessions: the SDK client and plimsoll, interleaved, against a lean server (the client sets the pace) and against a server of the SDK
// (the server does); and the memory that plimsoll's sessions take while they are held.
import { median, table } from './medians.js';
import { runClient, startServer } from './process-of.js';

const KINDS = ['sdk', 'plimsoll'];
const SERVERS = [
  ['lean server', 'canned-server.js', 'stateful'],
  ['server of the SDK', 'sdk-session-server.js'],
];
const SESSIONS = 1000;
const WARM_UP = 200;
/** As many handshakes at a time as plimsoll makes. */
const AT_ONCE = 16;

const readingsOf = async ({ url, pid: serverPid }, name, passes, say) => {
  const readings = Object.fromEntries(KINDS.map((kind) => [kind, []]));
  for (let pass = 1; pass <= passes; pass++) {
    for (const kind of pass % 2 === 0 ? KINDS : KINDS.toReversed()) {
      const options = { kind, url, serverPid, sessions: SESSIONS, warmUp: WARM_UP, atOnce: AT_ONCE };
      const reading = await runClient('contenders/sessions-client.js', options);
      readings[kind].push(reading);
      say(
        `${name}, pass ${pass}  ${kind}: ${Math.round(reading.sessionsPerS)} sessions/s, ${reading.cpuUsPerSession.toFixed(0)} us CPU each`,
      );
    }
  }
  return readings;
};

/** Medians; ratios are those of each pass, then the median. */
const summary = (readings) => {
  const of = (kind, key) => median(readings[kind].map((reading) => reading[key]));
  const ratio = (key) => median(readings.plimsoll.map((reading, pass) => reading[key] / readings.sdk[pass][key]));
  return {
    readings,
    rate: Object.fromEntries(KINDS.map((kind) => [kind, of(kind, 'sessionsPerS')])),
    cpuUs: Object.fromEntries(KINDS.map((kind) => [kind, of(kind, 'cpuUsPerSession')])),
    rateRatio: ratio('sessionsPerS'),
    cpuRatio: 1 / ratio('cpuUsPerSession'),
    serverUs: Object.fromEntries(KINDS.map((kind) => [kind, of(kind, 'serverCpuUsPerSession')])),
  };
};

export const sessionsBench = async ({ passes, say }) => {
  const servers = {};
  let memory;
  for (const [name, ...file] of SERVERS) {
    const server = await startServer(...file);
    try {
      servers[name] = summary(await readingsOf(server, name, passes, say));
      memory ??= await runClient('contenders/sessions-memory.js', { url: server.url, sessions: SESSIONS, warmUp: WARM_UP }, [
        '--expose-gc',
      ]);
    } finally {
      server.stop();
    }
  }
  const rows = Object.entries(servers).map(([name, { rate, cpuUs, rateRatio, cpuRatio, serverUs }]) => [
    name,
    ...KINDS.map((kind) => Math.round(rate[kind])),
    rateRatio.toFixed(1),
    ...KINDS.map((kind) => cpuUs[kind].toFixed(0)),
    cpuRatio.toFixed(1),
    ...KINDS.map((kind) => (Number.isFinite(serverUs[kind]) ? serverUs[kind].toFixed(0) : '-')),
  ]);
  const heads = [
    `${SESSIONS} sessions, ${AT_ONCE} handshakes at once`,
    'SDK/s',
    'plimsoll/s',
    'x',
    'SDK us CPU',
    'plimsoll us CPU',
    '1/x',
    'server us CPU: SDK',
    'plimsoll',
  ];
  const { plimsoll } = servers['server of the SDK'].serverUs;
  const bound = Number.isFinite(plimsoll)
    ? `\nA handshake takes the server of the SDK ${plimsoll.toFixed(0)} us of CPU: no client opens more than ${Math.round(1e6 / plimsoll)} sessions/s there.`
    : '';
  return {
    text: `${table([heads, ...rows])}${bound}`,
    servers,
    memory,
    sessions: SESSIONS,
    overSdk: servers['lean server'].rateRatio,
  };
};
