import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/scenario/plan/plan.js';
import { renderPlan } from '../../src/scenario/plan/plan-text.js';
import { minimal, parse, problemsOf } from './minimal.js';

const tlsFolder = join(import.meta.dirname, '..', 'fixtures', 'tls');
const options = { folder: tlsFolder, files: { read: (path: string) => readFileSync(path, 'utf8'), exists: () => true } };
const target = (more: string, url = 'https://127.0.0.1:1/mcp') => minimal({ target: `{ url: "${url}", ${more} }` });

describe('target.auth', () => {
  it('is read from each of its sources', () => {
    const auth = (more: string) => parse(target(`auth: ${more}`), options).scenario.target.auth;
    expect(auth('{ bearer: Bearer tok-12345 }')).toEqual({ kind: 'bearer', token: 'tok-12345', timeoutMs: 30_000 });
    expect(auth('{ command: [vault, token], refresh: 5m, timeout: 2s }')).toEqual({
      kind: 'command',
      command: ['vault', 'token'],
      cwd: tlsFolder,
      refreshMs: 300_000,
      timeoutMs: 2000,
    });
    expect(
      auth('{ clientCredentials: { tokenUrl: "https://a.example/t", clientId: me, clientSecret: s, scope: read } }'),
    ).toEqual({
      kind: 'client-credentials',
      tokenUrl: 'https://a.example/t',
      clientId: 'me',
      clientSecret: 's',
      scope: 'read',
      authentication: 'basic',
      timeoutMs: 30_000,
    });
  });

  it.each([
    ['no source', 'auth: {}', 'target.auth  found auth without a source, accepted: one of bearer, command, clientCredentials'],
    ['two sources', 'auth: { bearer: x, command: [y] }', 'target.auth.command  found command together with bearer'],
    [
      'another header',
      'auth: { bearer: x }, headers: { Authorization: y }',
      'target.headers.Authorization  found Authorization together with target.auth',
    ],
    ['a token of several words', 'auth: { bearer: "two words" }', 'target.auth.bearer  found a token with blanks'],
    [
      'missing credentials',
      'auth: { clientCredentials: { tokenUrl: "https://a/" } }',
      'target.auth.clientCredentials.clientId  found nothing',
    ],
    ['an empty command', 'auth: { command: [] }', 'target.auth.command'],
  ])('refuses %s', (_, more, message) => {
    expect(problemsOf(target(more), options)).toContain(message);
  });

  it('is refused over stdio', () => {
    expect(problemsOf({ target: '{ transport: stdio, command: [x], auth: { bearer: x } }' }, options)).toContain(
      'found auth with transport: stdio',
    );
  });

  it('hides what is secret in it, and the token that was fetched later', () => {
    const loaded = parse(
      target('auth: { clientCredentials: { tokenUrl: "https://a/", clientId: me, clientSecret: hunter2hunter2 } }'),
      options,
    );
    expect(loaded.redactedYaml).toContain('clientId: me');
    expect(loaded.redactedYaml).not.toContain('hunter2');
    expect(parse(target('auth: { bearer: tok-abcdef123 }'), options).redactedYaml).toContain('bearer: "***"');
    loaded.redactor.add('fetched-later');
    expect(loaded.redactor.redact('got fetched-later, sent hunter2hunter2')).toBe('got ***, sent ***');
  });
});

describe('target.tls', () => {
  it('is read into the scenario, and its files are not written anywhere', () => {
    const loaded = parse(
      target('tls: { ca: authority.pem, cert: client.pem, key: client-locked.key, passphrase: opensesame, insecure: true }'),
      options,
    );
    const { tls } = loaded.scenario.target;
    expect(tls).toMatchObject({ insecure: true, passphrase: 'opensesame' });
    expect(tls?.ca).toContain('BEGIN CERTIFICATE');
    expect(loaded.redactedYaml).not.toContain('BEGIN');
    expect(loaded.redactedYaml).not.toContain('opensesame');
    expect(renderPlan(planOf(loaded.scenario))).toContain(
      'access     TLS without checking the certificate (insecure), own authority, client certificate',
    );
  });

  it.each([
    ['a file that is not there', 'tls: { ca: none.pem }', 'target.tls.ca  found "none.pem", which cannot be read (ENOENT)'],
    ['a file of another kind', 'tls: { ca: README.md }', 'target.tls.ca  found "README.md", which holds no certificate'],
    ['a certificate without key', 'tls: { cert: client.pem }', 'target.tls.cert  found cert without key'],
    ['the key of another', 'tls: { cert: client.pem, key: other.key }', 'target.tls.key  found the key of another certificate'],
    [
      'a locked key',
      'tls: { cert: client.pem, key: client-locked.key }',
      'found an encrypted key that target.tls.passphrase does not open',
    ],
    [
      'a wrong passphrase',
      'tls: { cert: client.pem, key: client-locked.key, passphrase: wrong }',
      'found an encrypted key that target.tls.passphrase does not open',
    ],
  ])('refuses %s', (_, more, message) => {
    expect(problemsOf(target(more), options)).toContain(message);
  });

  it('is refused where nothing is https', () => {
    expect(problemsOf(target('tls: { insecure: true }', 'http://127.0.0.1:1/mcp'), options)).toContain(
      'target.tls  found tls without an https:// URL',
    );
  });
});
