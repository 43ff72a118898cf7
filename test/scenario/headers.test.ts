import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/scenario/plan/plan.js';
import { minimal, parse, problemsOf } from './minimal.js';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: scenario syntax
const URL_KEY = 'url: "http://127.0.0.1:1/mcp"';
const headers = (text: string) => ({ target: `{ ${URL_KEY}, headers: { ${text} } }` });
const tenant = (text: string) => ({ tenants: `[{ name: acme, weight: 1, headers: { ${text} } }]` });

describe('what comes from a secret', () => {
  const TOK = 'tok-123456789';
  it.each(['\n', '\r\n', '\n\n', ' \n'])('loses the line break that its file ended in: %j', (end) => {
    const env = { TOK: `${TOK}${end}` };
    const { scenario, redactedYaml, redactor } = parse(
      minimal({
        ...headers('authorization: "Bearer ${secret:TOK}", x-key: "${secret:TOK}"'),
        ...tenant('x-key: "${secret:TOK}"'),
      }),
      { env },
    );
    expect(scenario.target.headers).toEqual({ authorization: `Bearer ${TOK}`, 'x-key': TOK });
    expect(scenario.tenants?.[0]?.headers).toEqual({ 'x-key': TOK });
    expect(redactedYaml).not.toContain(TOK);
    expect(redactor.redact(`it is ${TOK}.`)).toBe('it is ***.');
  });

  it('loses it in the middle of a value, in a client secret and in a command too', () => {
    const env = { TOK: `${TOK}\n`, PEM: '-----BEGIN\nabc\n-----END\n' };
    expect(parse(minimal(headers('x-key: "${secret:TOK};v=1"')), { env }).scenario.target.headers).toEqual({
      'x-key': `${TOK};v=1`,
    });
    const auth = 'auth: { clientCredentials: { tokenUrl: "http://127.0.0.1/t", clientId: me, clientSecret: "${secret:TOK}" } }';
    expect(parse(minimal({ target: `{ ${URL_KEY}, ${auth} }` }), { env }).scenario.target.auth).toMatchObject({
      clientSecret: TOK,
    });
    const stdio = '{ transport: stdio, command: [node, "--token=${secret:TOK}"], env: { PEM: "${secret:PEM}" } }';
    const { target } = parse(minimal({ target: stdio }), { env }).scenario;
    expect(target.command?.[1]).toBe(`--token=${TOK}`);
    expect(target.env.PEM).toBe('-----BEGIN\nabc\n-----END');
  });
});

it('leaves out blanks at the ends of a value, and hides what is left', () => {
  const { scenario, redactor } = parse(
    `${minimal({ target: '\n  url: http://127.0.0.1:1/mcp\n  headers:\n    authorization: |\n      Bearer clear-12345\n    x-n: "  a b\\t"' })}\n`,
  );
  expect(scenario.target.headers).toEqual({ authorization: 'Bearer clear-12345', 'x-n': 'a b' });
  expect(redactor.redact('clear-12345')).toBe('***');
});

describe('refuses what no request can carry, with place and field,', () => {
  it.each([
    [
      'a line break within',
      'x-a: "b\\nc"',
      'target.headers.x-a  found a line break at character 2 of the value, accepted: a text of one line',
    ],
    ['a control character', 'x-a: "b\\0"', 'target.headers.x-a  found the control character U+0000 at character 2'],
    ['DEL', 'x-a: "\\x7f"', 'target.headers.x-a  found the control character U+007F at character 1'],
    ['a character without a byte', 'x-a: "€5"', 'target.headers.x-a  found the character U+20AC at character 1'],
    ['one beyond the first plane', 'x-a: "ab😀"', 'target.headers.x-a  found the character U+1F600 at character 3'],
    ['a byte order mark', 'x-a: "Bearer \\uFEFFx"', 'target.headers.x-a  found a byte order mark (U+FEFF) at character 8'],
    ['a name with a blank', '"x a": b', 'found the header name "x a", accepted: a header name'],
    ['a name with its colon', '"x-a:": b', '(leave out the colon)'],
    ['an empty name', '"": b', 'found the header name ""'],
    ['a name of other letters', 'größe: b', 'found the header name "größe"'],
    [
      'a header of the connection',
      'Keep-Alive: timeout=5',
      'target.headers.Keep-Alive  found Keep-Alive, accepted: headers of the request',
    ],
    ['expect', 'expect: 100-continue', 'target.headers.expect  found expect, accepted: headers of the request'],
    ['one header in two cases', 'Authorization: a, authorization: b', 'found the header authorization a second time'],
    [
      'a scheme alone',
      'authorization: "Bearer "',
      'found an authorization scheme without a credential, accepted: the scheme and the credential after it (is the variable empty?)',
    ],
  ])('%s', (_, text, message) => {
    expect(problemsOf(headers(text))).toMatch(/^s\.yaml: 1 problem\n/);
    expect(problemsOf(headers(text))).toContain(message);
    expect(problemsOf(tenant(text))).toContain(message.replace('target.headers', 'tenants.0.headers'));
  });

  it('whether it comes from the file, an overlay, --set or the environment, and never shows the value', () => {
    const value = 'secret-one\nsecret-two';
    const said = 'target.headers.x-a  found a line break at character 11 of the value';
    const from = [
      problemsOf(headers('x-a: "${secret:V}"'), { env: { V: value } }),
      problemsOf(minimal(), { env: { V: value }, overlay: { fileName: 'o.yaml', text: 'target: { headers: { x-a: "${V}" } }' } }),
      problemsOf(minimal(), { set: [`target.headers.x-a=${JSON.stringify(value)}`] }),
    ];
    for (const text of from) expect(text).toContain(said);
    // A flag is named by its own text.
    for (const text of from.slice(0, 2)) expect(text).not.toContain('secret-');
    expect(from[1]).toContain('o.yaml:1:');
  });

  it('and takes what can be sent', () => {
    const { scenario } = parse(minimal(headers('"X!#$%&\'*+.^_`|~9": "tab\\tand é", empty: "", host: other.example')));
    expect(scenario.target.headers).toEqual({ "X!#$%&'*+.^_`|~9": 'tab\tand é', empty: '', host: 'other.example' });
  });
});

it('names in the plan the headers that are not sent as written', () => {
  const warnings = (parts: Readonly<Record<string, string>>) =>
    planOf(parse(minimal({ slo: '{ max: 1s }', ...parts })).scenario).warnings;
  expect(warnings(headers('x-own: 1 '.replace('1', '"1"')))).toEqual([]);
  expect(
    warnings({ ...headers('Accept: "text/plain", mcp-session-id: abc, x-own: "1"'), ...tenant('Content-Type: text/plain') }),
  ).toEqual([
    'target.headers: Accept, mcp-session-id are not sent as written: plimsoll sets these headers itself in every request',
    'headers of the tenant acme: Content-Type is not sent as written: plimsoll sets this header itself in every request',
  ]);
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: scenario syntax
