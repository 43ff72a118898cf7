import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/errors/exit-codes.js';
import { refuseHosts } from '../../src/run/refuse-hosts.js';
import { nodeFiles } from '../../src/scenario/reading/load-scenario.js';
import { parseScenario } from '../../src/scenario/reading/parse-scenario.js';
import { scenarioFromFlags } from '../../src/scenario/reading/scenario-from-flags.js';

const usage = (message: string) => expect.objectContaining({ exitCode: EXIT.usage, message: expect.stringContaining(message) });

describe('what stops a run before anything is started', () => {
  const at = (url: string) => {
    const text = scenarioFromFlags({ url, tool: 'echo', rate: '50/s', for: '10s' });
    return parseScenario(text, { fileName: 'flags', folder: '/', env: {}, files: nodeFiles }).scenario;
  };
  const scenario = at('http://127.0.0.1:3001/mcp');
  const elsewhere = at('http://staging.example.org/mcp');

  it('is a host that nobody named', () => {
    expect(() => refuseHosts(scenario, [])).not.toThrow();
    expect(() => refuseHosts(elsewhere, [])).toThrow(usage('refusing to load staging.example.org'));
    expect(() => refuseHosts(elsewhere, ['staging.example.org'])).not.toThrow();
  });
});
