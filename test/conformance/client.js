// A client for the official conformance harness, which appends the URL of its server and names the scenario in MCP_CONFORMANCE_SCENARIO.
// It opens plimsoll's own driver, as a load thread does, and calls every tool that the server lists once. Exit code 0: all was answered.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist');
const [{ createDriver }, { sampleValue }] = await Promise.all([
  import(join(dist, 'mcp', 'create-driver.js')),
  import(join(dist, 'cli', 'init', 'sample-arguments.js')),
]);

const url = process.argv.at(-1);
// Some scenarios say which calls they want.
const { toolCalls } = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}');
const target = {
  urls: [url],
  transport: 'streamable-http',
  protocol: 'auto',
  headers: {},
  env: {},
  preflight: 'schema',
  startTimeoutMs: 30_000,
  allow: [],
};
const driver = createDriver({ target, classify: [], maxInFlight: 10 });
let failed = 0;
try {
  const [{ tools }] = await driver.open(1);
  const calls = toolCalls ?? tools.map(({ name, inputSchema }) => ({ name, arguments: sampleValue(inputSchema) }));
  for (const [index, { name, arguments: args }] of calls.entries()) {
    const answer = await new Promise((done) => {
      driver.start(
        {
          tool: name,
          argumentsJson: JSON.stringify(args),
          endpoint: 0,
          traceparent: `00-${String(index + 1).padStart(32, '0')}-00000000000000aa-01`,
          timeoutMs: 20_000,
          wantResult: true,
        },
        done,
      );
    });
    process.stderr.write(`${name}: ${answer.outcome}${answer.text === undefined ? '' : ` (${answer.text})`}\n`);
    if (answer.outcome !== 'ok') failed++;
  }
} finally {
  await driver.close();
}
process.exitCode = failed === 0 ? 0 : 1;
