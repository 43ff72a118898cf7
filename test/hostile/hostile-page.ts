import { OUTCOMES, type OutcomeClass } from '../../src/scenario/outcome.js';
import { EXPECTED_HTTP, type ExpectedHttp, SILENT_HTTP } from './expected-http.js';
import { EXPECTED_SSE, SILENT_SSE } from './expected-sse.js';
import { EXPECTED_STDIO, SILENT_STDIO } from './expected-stdio.js';
import { EXPECTED_TLS, SILENT_TLS } from './expected-tls.js';
import { misbehaviourWords } from './misbehaviour-words.js';

/** How a call ends, by transport and form of answer; absent where the transport cannot do that. */
interface Row {
  readonly name: string;
  readonly json?: OutcomeClass;
  readonly sse?: OutcomeClass;
  readonly stdio?: OutcomeClass;
  readonly legacySse?: OutcomeClass;
}

const http = new Map<string, Pick<Row, 'json' | 'sse'>>([
  ...Object.entries<ExpectedHttp>(EXPECTED_HTTP).map(
    ([name, expected]) => [name, typeof expected === 'string' ? { json: expected, sse: expected } : expected] as const,
  ),
  ...SILENT_HTTP.map((name) => [name, { json: 'timeout', sse: 'timeout' }] as const),
  // Asserted by a test of its own: it is right in the legacy era.
  ['result-type-missing', { json: 'schema', sse: 'schema' }],
]);

const stdio = new Map<string, OutcomeClass>([
  ...Object.entries(EXPECTED_STDIO),
  ...SILENT_STDIO.map((name) => [name, 'timeout'] as const),
]);

const legacySse = new Map<string, OutcomeClass>([
  ...Object.entries(EXPECTED_SSE),
  ...SILENT_SSE.map((name) => [name, 'timeout'] as const),
]);

/** Over https each transport and form of answer meets them alike. */
const tls = new Map<string, OutcomeClass>([
  ...Object.entries(EXPECTED_TLS).map(([name, { outcome }]) => [name, outcome] as const),
  ...SILENT_TLS.map((name) => [name, 'timeout'] as const),
]);

const rows = [...new Set([...http.keys(), ...stdio.keys(), ...legacySse.keys()])].map((name): Row => {
  const overStdio = stdio.get(name);
  const overSse = legacySse.get(name);
  return {
    name,
    ...http.get(name),
    ...(overStdio === undefined ? {} : { stdio: overStdio }),
    ...(overSse === undefined ? {} : { legacySse: overSse }),
  };
});
for (const [name, outcome] of tls) rows.push({ name, json: outcome, sse: outcome, legacySse: outcome });

const classesOf = ({ json, sse, stdio: overStdio, legacySse: overSse }: Row): readonly OutcomeClass[] =>
  [json, sse, overStdio, overSse].filter((each) => each !== undefined);

const all = (row: Row, wanted: (outcome: OutcomeClass) => boolean): boolean => classesOf(row).every(wanted);

const GROUPS: readonly (readonly [title: string, belongs: (row: Row) => boolean])[] = [
  ['TLS, met by a new connection once the sessions are open', ({ name }) => name.startsWith('tls-')],
  ['Servers that ask their client', ({ name }) => name.startsWith('asks-') || name.startsWith('server-request')],
  ['Odd, and allowed', (row) => all(row, (outcome) => outcome === 'ok')],
  ['Silence', (row) => all(row, (outcome) => outcome === 'timeout')],
  ['Statuses of HTTP', ({ name }) => name.startsWith('http-')],
  ['Errors of JSON-RPC', ({ name }) => name.startsWith('rpc-')],
  ['Size', (row) => all(row, (outcome) => outcome === 'answer-too-large')],
  [
    'Connections, processes and framing',
    (row) => all(row, (outcome) => OUTCOMES[outcome].taxonomy === 'availability' || outcome === 'malformed'),
  ],
  ['What the answer says', () => true],
];

const unique = (texts: readonly string[]): string => [...new Set(texts)].join(' or ');

/** docs/hostile-servers.md: the suite as a table, made from what its tests assert. */
export function hostilePage(): string {
  const left = new Set(rows);
  const cell = (outcome: OutcomeClass | undefined): string => (outcome === undefined ? '' : `\`${outcome}\``);
  const parts = GROUPS.map(([title, belongs]) => {
    const group = [...left].filter(belongs);
    for (const row of group) left.delete(row);
    return [
      `## ${title}`,
      '',
      '| name | the server | HTTP, JSON | HTTP, event stream | stdio | legacy HTTP+SSE | taxonomy | answered |',
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
      ...group.map((row) => {
        const taxonomy = unique(classesOf(row).map((outcome) => OUTCOMES[outcome].taxonomy));
        const answered = unique(classesOf(row).map((outcome) => (OUTCOMES[outcome].answered ? 'yes' : 'no')));
        return `| \`${row.name}\` | ${misbehaviourWords(row.name)} | ${cell(row.json)} | ${cell(row.sse)} | ${cell(row.stdio)} | ${cell(row.legacySse)} | ${taxonomy} | ${answered} |`;
      }),
      '',
    ].join('\n');
  });
  return `${INTRODUCTION}\n${parts.join('\n')}`;
}

const INTRODUCTION = `# Servers that misbehave

<!-- Made from the tables of test/hostile by its tests; change those, then run: npx vitest run test/hostile/hostile-page.test.ts -u -->

A server under load does what no specification foresees. Whatever comes back, a call ends once, in time, with one class, and the next call finds
its connection fit for use or a new one. ${http.size} misbehaviours of Streamable HTTP are run in CI, with answers as JSON and as an event stream, and
${stdio.size} over stdio, in the legacy and the modern era; ${legacySse.size} over legacy HTTP+SSE; ${tls.size} of TLS over both that have it. Each test asserts the class and that no socket or process is left;
those that are no silence also that the call ended once, long before its timeout, and that a good call succeeds after it (by a new stream or
process, where the old one is gone). Storms of 20,000 failing calls over HTTP show that no memory is kept.

The answer to a server that asks badly, and what is counted of it, are asserted for legacy servers over stdio and HTTP+SSE with a scenario that has replies.
A server that is bad in TLS from the start is refused before the load, with exit 6 and a sentence for each.

Besides these named ones, random bytes, right answers cut off anywhere, and right answers with one byte changed are sent as bodies of each kind: they
too end once, in time, with a class, and event streams give the same events however they are cut.

*Taxonomy* is the column of the report's error table; calls that were not *answered* rank above every answered one in a percentile. Site-specific
meanings go before these rules: \`classify\` in [the scenario](scenario-reference.md).
`;
