import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jwtLifetimeS, tokenText } from '../../src/auth/token.js';
import { commandSource } from '../../src/auth/token-command.js';

const node = (script: string, timeoutMs = 20_000) => commandSource({ command: [process.execPath, '-e', script], timeoutMs });
const jwt = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

describe('a token command', () => {
  it('prints a token alone, with or without the word Bearer', async () => {
    expect(await node('console.log("tok-1")')()).toEqual({ value: 'tok-1' });
    expect(await node('console.log("Bearer tok-2\\n")')()).toEqual({ value: 'tok-2' });
  });

  it('prints what OAuth answers, with a lifetime', async () => {
    expect(await node('console.log(JSON.stringify({ access_token: "tok-3", expires_in: 60 }))')()).toEqual({
      value: 'tok-3',
      lifetimeS: 60,
    });
  });

  it('prints a JWT, whose end is read out of it', async () => {
    const { value, lifetimeS } = await node(`console.log(${JSON.stringify(jwt({ exp: Date.now() / 1000 + 3600 }))})`)();
    expect(value.split('.')).toHaveLength(3);
    expect(lifetimeS).toBeGreaterThan(3500);
    expect(lifetimeS).toBeLessThanOrEqual(3600);
  });

  it.each([
    ['ends with a code', 'console.error("no vault here"); process.exit(3)', 'ended with code 3', 'it printed: no vault here'],
    ['dies of a signal', 'process.kill(process.pid, "SIGKILL")', 'ended with SIGKILL', 'nothing on stderr'],
    ['prints nothing', '', 'printed nothing', 'print the token alone'],
    ['prints a sentence', 'console.log("log in first")', 'printed something that is not a token', 'print the token alone'],
    ['prints other JSON', 'console.log("{}")', 'printed JSON without access_token', 'expires_in'],
    ['floods', 'for (;;) process.stdout.write("x".repeat(65536))', 'printed more than 65536 bytes', 'nothing else'],
  ])('that %s is refused with the sentence that helps', async (_, script, message, hint) => {
    await expect(node(script)()).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining(message),
      details: { hint: expect.stringContaining(hint) },
    });
  });

  it('that is not there is named', async () => {
    await expect(commandSource({ command: ['no-such-program-here'], timeoutMs: 1000 })()).rejects.toMatchObject({
      exitCode: 6,
      message: 'the auth command no-such-program-here cannot be started: there is no such program',
    });
  });

  it('that hangs is ended with its children', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-auth-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'pid');
    const script = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      require('node:fs').writeFileSync(${JSON.stringify(file)}, String(child.pid));
      setInterval(() => {}, 1000);`;
    const source = node(script, 1500);
    await expect(source()).rejects.toMatchObject({ exitCode: 6, message: expect.stringContaining('gave no token within 1.5 s') });
    const child = Number(readFileSync(file, 'utf8'));
    await expect.poll(() => alive(child), { timeout: 5000 }).toBe(false);
  });
});

/** A process that only waits to be collected is gone. */
function alive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

describe('reading tokens', () => {
  it('takes what can stand in a header and nothing else', () => {
    expect(tokenText('  bearer abc.def-_~+/=  ')).toBe('abc.def-_~+/=');
    for (const text of ['', 'Bearer ', 'a b', 'a\nb', 'tökén']) expect(tokenText(text)).toBeUndefined();
  });

  it('reads the end of a JWT and of nothing else', () => {
    expect(jwtLifetimeS(jwt({ exp: 1060 }), 1_000_000)).toBe(60);
    for (const text of ['abc', 'a.b.c', jwt({}), jwt({ exp: 'soon' }), `e30.${Buffer.from('1').toString('base64url')}.x`])
      expect(jwtLifetimeS(text, 0)).toBeUndefined();
  });
});
