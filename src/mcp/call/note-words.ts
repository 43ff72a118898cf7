import { askCountWords } from '../protocol/ask-in-vain.js';

/** What the counts of a driver that are no outcome mean, by their names. */
const WORDS: Readonly<Record<string, string>> = {
  'server-request-of-no-single-call':
    'the server asked while more than one call was in flight on the session: the delay of our reply could not be set apart and stays in its times; with as many sessions as calls in flight it can',
  'server-request-refused': 'the server asked for what the scenario has no reply to (client), and was refused with -32601',
  'server-request-ignored': 'a server of 2026-07-28 sent a request, of which there are none in that protocol',
  'server-request-malformed': 'the server asked under an id that no answer could be matched to',
  'server-request-id-repeated': 'the server asked again under an id whose reply was still to come; it got one',
  'server-request-left-out': 'the server asked for more at once than is answered, or does not read; it got no reply',
  'server-asks-without-end': 'a call in which the server asked more than 100 times: from then on its clock ran on',
  'reply-to-server-failed': 'the server did not accept our reply',
  'cancelled-work-stopped': 'a cancelled call was given up by the server',
  'cancelled-but-answered': 'a cancelled call was worked on to its end',
  'cancelled-untold': 'nothing was heard of a cancelled call: it is unknown whether its work stopped',
  'cancel-notification-left-out': 'the server was not told that a call was given up, because too many such messages were waiting',
  'late-answer': 'an answer to a call that had been given up',
  'duplicate-answer': 'a second answer to a call',
  'answer-id-as-text':
    'an answer whose id came back as a text ("7" for 7): it was taken, as both official SDKs do, but it breaks JSON-RPC',
  'unknown-id': 'an answer under an id that was never used',
  'message-without-id': 'a message that fits no call',
  'malformed-message': 'a message that breaks off and names no call',
  'stdout-pollution': 'lines on standard output that are no JSON-RPC',
  'stderr-flood': 'a server process printed more than 16 MiB to its standard error',
  'stream-resumed': 'the server ended the stream of a call, and was asked for the rest of it',
  'session-open-failed': 'a lost session could not be opened again at once',
  'session-lost-by-behaviour':
    'a session answered nothing but the same failure after calls on it had succeeded, and they succeed on a new one: it is gone, though the server does not say so (404 would), and was replaced',
  'session-did-not-last':
    'a session that had been opened again was lost again within 5 s, and its successor was opened after a pause only; is there more than one server behind the address, without affinity by Mcp-Session-Id?',
  'stream-refused': 'a held stream that had ended was refused when it was asked for again; it was asked for again later',
  'idle-connection-reset':
    'the server reset an idle connection; a call that waited for it went out on a new one, and none failed',
  'stale-connection':
    'a call was put on a connection that had been idle, and the server closed it at once: set target.idleTimeout below the idle limit of the server',
  'out-of-descriptors': 'this machine had no file descriptor left for a connection (ulimit -n)',
  'out-of-ports': 'this machine had no port left for a connection (net.ipv4.ip_local_port_range)',
  'connections-over-max-in-flight': 'answered streams that the server left open held connections beyond load.maxInFlight',
};

/** A count of a driver as the note of a run. */
export function noteText(name: string, count: number): string {
  const asked = askCountWords(name);
  const words = asked?.words ?? WORDS[name];
  return `${asked?.name ?? name}: ${count} ${count === 1 ? 'time' : 'times'}${words === undefined ? '' : `: ${words}`}`;
}

/** The code of that note: counts of one kind share it. */
export const noteCode = (name: string): string => askCountWords(name)?.name ?? name;
