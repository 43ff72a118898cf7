import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/scenario/file/redactor.js';
import { minimal, parse } from '../minimal.js';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: scenario syntax
const SECRET_FILE = minimal({
  target:
    '{ url: "http://127.0.0.1:1/mcp", headers: { authorization: "Bearer ${secret:TOKEN}", x-tenant: acme }, server: { command: [node, "${secret:TOKEN}"], env: { PLAIN: "a ${secret:TOKEN} b" } } }',
  calls: '[{ tool: t, arguments: { deep: [{ key: "k=${secret:TOKEN}" }] } }]',
  description: '"for ${secret:TOKEN}"',
});

/** The same without the header, which cannot hold any letter. */
const ANY_LETTERS = SECRET_FILE.replace('authorization: "Bearer ${secret:TOKEN}", ', '');

/** Everything that others write to files or the screen. */
const written = ({ redacted, redactedYaml, hash }: ReturnType<typeof parse>): string =>
  `${JSON.stringify(redacted)}\n${redactedYaml}\n${hash}`;

describe('redaction', () => {
  it('uses a secret and writes ***', () => {
    const loaded = parse(SECRET_FILE, { env: { TOKEN: 'tok-12345678' } });
    expect(loaded.scenario.target.headers.authorization).toBe('Bearer tok-12345678');
    expect(loaded.redacted).toMatchObject({
      target: {
        headers: { authorization: 'Bearer ***', 'x-tenant': 'acme' },
        server: { command: ['node', '***'], env: { PLAIN: 'a *** b' } },
      },
      calls: [{ arguments: { deep: [{ key: 'k=***' }] } }],
      description: 'for ***',
    });
    expect(loaded.redactor.redact('400 bad token tok-12345678.')).toBe('400 bad token ***.');
  });

  it('never leaks a secret, whatever its letters', () => {
    // What stands in every scenario, such as `arguments`, is no secret, and keys are left alone.
    const known = written(parse(ANY_LETTERS, { env: { TOKEN: 'x'.repeat(41) } }));
    const secret = fc
      .string({ minLength: 8, maxLength: 40, unit: 'grapheme' })
      .filter((text) => /[^\s]{8}/u.test(text) && !known.includes(text));
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        const loaded = parse(ANY_LETTERS, { env: { TOKEN: value } });
        for (const form of [value, JSON.stringify(value).slice(1, -1)]) expect(written(loaded)).not.toContain(form);
        for (const form of [
          value,
          encodeURIComponent(value),
          JSON.stringify(value).slice(1, -1),
          Buffer.from(value).toString('base64url'),
        ]) {
          expect(loaded.redactor.redact(`${before}${form}${after}`)).not.toContain(form);
        }
        expect(JSON.stringify(loaded.redactor.redactData({ a: [{ b: `x${value}` }], n: 1 }))).not.toContain(value);
      }),
      { numRuns: 60 },
    );
  });

  it('does not change the hash with a token', () => {
    const hash = (TOKEN: string) => parse(SECRET_FILE, { env: { TOKEN } }).hash;
    expect(hash('tok-11111111')).toBe(hash('tok-22222222'));
  });

  it('hides what is secret by its place', () => {
    const { redacted, redactor } = parse(
      minimal({
        target:
          '{ url: "http://127.0.0.1:1/mcp", headers: { Authorization: Basic dXNlcjpwdw==, Cookie: sid=abcdef, X-Api-Key: k-99999, accept-language: en }, server: { command: [db, --password, hunter22, --api-token=t0ken-abc, --port, 80, "--url=postgres://u:s3cr3t%21@h/db"], env: { DB_PASSWORD: opensesame, STRIPE_KEY: sk_live_1, URL: "postgres://user:pa55word@127.0.0.1/db", MODE: fast } } }',
      }),
    );
    expect(redacted.target).toEqual({
      url: 'http://127.0.0.1:1/mcp',
      headers: { Authorization: 'Basic ***', Cookie: '***', 'X-Api-Key': '***', 'accept-language': 'en' },
      server: {
        command: ['db', '--password', '***', '--api-token=***', '--port', 80, '--url=postgres://u:***@h/db'],
        env: { DB_PASSWORD: '***', STRIPE_KEY: '***', URL: 'postgres://user:***@127.0.0.1/db', MODE: 'fast' },
      },
    });
    const text = 'dXNlcjpwdw== sid=abcdef k-99999 hunter22 t0ken-abc s3cr3t%21 s3cr3t! opensesame sk_live_1 pa55word fast en';
    expect(redactor.redact(text)).toBe(`${'*** '.repeat(10)}fast en`);
  });

  it('leaves a default of ${secret:} alone elsewhere: it stands in the file for all to see', () => {
    const { redacted, redactor } = parse(
      minimal({
        target: '{ url: "http://127.0.0.1:1/mcp", headers: { authorization: "Bearer ${secret:T:-none}" } }',
        capacity: '{ under: [none] }',
      }),
    );
    expect(redacted).toMatchObject({ target: { headers: { authorization: 'Bearer ***' } }, capacity: { under: ['none'] } });
    expect(redactor.redact('none')).toBe('none');
  });

  it('does not blank every figure for a short secret', () => {
    const redactor = new Redactor(['1', 'abc']);
    expect(redactor.redact('1 of 10, abc, abcd')).toBe('*** of 10, ***, abcd');
  });

  it('takes credentials and passwords in URLs out of any text, known or not', () => {
    const { redact } = new Redactor([]);
    expect(redact('authorization: Bearer eyJhbGciOi.x.y, postgres://bob:pw@h/db?x=1, http://h:80/a@b')).toBe(
      'authorization: Bearer ***, postgres://bob:***@h/db?x=1, http://h:80/a@b',
    );
  });

  it('keeps secrets out of error messages', () => {
    const bad = minimal({ target: '{ url: "${secret:TOKEN}", allow: ["x/${secret:TOKEN}"] }' });
    expect(() => parse(bad, { env: { TOKEN: 'tok-12345678' }, set: ['target.pid=tok-12345678'] })).toThrow(
      /^(?![\s\S]*tok-12345678)[\s\S]*target\.url/,
    );
  });
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: scenario syntax
