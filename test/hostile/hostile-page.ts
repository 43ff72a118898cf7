import { OUTCOMES, type OutcomeClass } from '../../src/mcp/outcome.js';
import { EXPECTED_HTTP, type ExpectedHttp, SILENT_HTTP } from './expected-http.js';
import { misbehaviourWords } from './misbehaviour-words.js';

/** How a call ends over each form of answer. */
interface Row {
  readonly name: string;
  readonly json: OutcomeClass;
  readonly sse: OutcomeClass;
}

const rows: readonly Row[] = [
  ...Object.entries<ExpectedHttp>(EXPECTED_HTTP).map(([name, expected]): Row => {
    const { json, sse } = typeof expected === 'string' ? { json: expected, sse: expected } : expected;
    return { name, json, sse };
  }),
  ...SILENT_HTTP.map((name): Row => ({ name, json: 'timeout', sse: 'timeout' })),
  { name: 'result-type-missing', json: 'schema', sse: 'schema' },
];

export const HOSTILE_COUNT = rows.length;

const GROUPS: readonly (readonly [title: string, belongs: (row: Row) => boolean])[] = [
  ['Odd, and allowed', ({ json, sse }) => json === 'ok' && sse === 'ok'],
  ['Silence', ({ json }) => json === 'timeout'],
  ['Statuses of HTTP', ({ name }) => name.startsWith('http-')],
  ['Errors of JSON-RPC', ({ name }) => name.startsWith('rpc-')],
  ['Size', ({ json }) => json === 'answer-too-large'],
  ['Connections and framing', ({ json }) => OUTCOMES[json].taxonomy === 'availability' || json === 'malformed'],
  ['What the answer says', () => true],
];

/** docs/hostile-servers.md: the suite as a table, made from what its tests assert. */
export function hostilePage(): string {
  const left = new Set(rows);
  const parts = GROUPS.map(([title, belongs]) => {
    const group = [...left].filter(belongs);
    for (const row of group) left.delete(row);
    return [
      `## ${title}`,
      '',
      '| name | the server | class | taxonomy | answered |',
      '| --- | --- | --- | --- | --- |',
      ...group.map(({ name, json, sse }) => {
        const { taxonomy, answered } = OUTCOMES[json];
        const same = json === sse;
        const other = OUTCOMES[sse];
        return `| \`${name}\` | ${misbehaviourWords(name)} | \`${json}\`${same ? '' : `; in an event stream \`${sse}\``} | ${taxonomy}${
          taxonomy === other.taxonomy ? '' : `; ${other.taxonomy}`
        } | ${answered ? 'yes' : 'no'}${answered === other.answered ? '' : `; ${other.answered ? 'yes' : 'no'}`} |`;
      }),
      '',
    ].join('\n');
  });
  return `${INTRODUCTION}\n${parts.join('\n')}`;
}

const INTRODUCTION = `# Servers that misbehave

<!-- Made from the tables of test/hostile by its tests; change those, then run: npx vitest run test/hostile/hostile-page.test.ts -u -->

A server under load does what no specification foresees. Whatever comes back, a call ends once, in time, with one class, and the next call finds
its connection fit for use or a new one. ${HOSTILE_COUNT} misbehaviours of Streamable HTTP are run in CI, each with answers as JSON and as an event stream, in
the legacy and the modern era. Each test asserts the class, that the call ended once and long before its timeout (silence: at the timeout, and on the
wire as well), that a good call succeeds right after it, and that no socket is left. Storms of 20,000 failing calls show that no memory is kept.

Beside these named ones, random bytes, right answers cut off anywhere, and right answers with one byte changed are sent as bodies of each kind: they
too end once, in time, with a class, and event streams give the same events however they are cut.

*Taxonomy* is the column of the report's error table; calls that were not *answered* rank above every answered one in a percentile. Site-specific
meanings go before these rules: \`classify\` in [the scenario](scenario-reference.md).
`;
