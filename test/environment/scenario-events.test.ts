import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openEvents } from '../../src/environment/scenario-events.js';
import type { EventEntry, JournalEntry, NoteEntry } from '../../src/journal/journal-entry.js';
import type { ScenarioEvent } from '../../src/scenario/scenario.js';
import { isAlive } from '../../src/watchdog/stop-process.js';

function temporary(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-events-')));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const event = (name: string, command: readonly string[], over: Partial<ScenarioEvent> = {}): ScenarioEvent => ({
  name,
  atMs: 0,
  command,
  cwd: tmpdir(),
  timeoutMs: 30_000,
  ...over,
});

const shell = (line: string): readonly string[] => ['sh', '-c', line];

function carry(events: readonly ScenarioEvent[]) {
  const entries: JournalEntry[] = [];
  const opened = openEvents(events, (text) => text.replaceAll('s3cret', '***'));
  const carried = opened.carry(Date.now(), (entry) => void entries.push(entry));
  onTestFinished(async () => {
    await carried.stop();
    opened.close();
  });
  const of = (name: string): readonly EventEntry[] =>
    entries.filter((entry): entry is EventEntry => entry.type === 'event' && entry.name === name);
  const notes = (): readonly NoteEntry[] => entries.filter((entry): entry is NoteEntry => entry.type === 'note');
  const told = (count: number) => vi.waitFor(() => expect(notes()).toHaveLength(count), { timeout: 15_000, interval: 20 });
  return { carried, of, notes, told };
}

/** Waits until a file holds a number. */
const pidIn = (file: string): Promise<number> =>
  vi.waitFor(
    () => {
      const pid = Number(readFileSync(file, 'utf8'));
      expect(pid).toBeGreaterThan(1);
      return pid;
    },
    { timeout: 10_000, interval: 20 },
  );

describe('the events of a scenario', () => {
  it('run without a shell, in their folder, at their time; exit code, duration and what they print are kept', async () => {
    const cwd = temporary();
    const { of, notes, told } = carry([
      event('where', ['node', '-e', 'console.log(process.cwd(), process.argv[1])', '$HOME; s3cret'], { cwd, atMs: 300 }),
    ]);
    await told(1);
    const [start, end] = of('where');
    expect(start).toMatchObject({ what: 'start' });
    expect(start?.t).toBeGreaterThanOrEqual(0.29);
    expect(end).toMatchObject({ what: 'end', exitCode: 0 });
    expect(end?.durationS).toBeGreaterThan(0);
    expect(end?.t).toBeCloseTo((start?.t ?? 0) + (end?.durationS ?? 0), 9);
    expect(notes()[0]).toMatchObject({ level: 'info', code: 'event' });
    expect(notes()[0]?.text).toContain(`it printed: ${cwd} $HOME; ***`);
  });

  it('have plimsoll itself on their PATH', async () => {
    const { of, told } = carry([event('version', ['plimsoll', '--version'])]);
    await told(1);
    expect(of('version')[1]).toMatchObject({ exitCode: 0 });
  });

  it('warn when they fail, cannot be started, or are killed', async () => {
    const { of, notes, told } = carry([
      event('bad', shell('echo no such deployment >&2; exit 3')),
      event('missing', ['plimsoll-no-such-program']),
      event('killed', shell('kill -KILL $$')),
    ]);
    await told(3);
    const textOf = (name: string) => notes().find(({ text }) => text.startsWith(`event ${name} `));
    expect(of('bad')[1]).toMatchObject({ what: 'end', exitCode: 3 });
    expect(textOf('bad')).toMatchObject({ level: 'warning', code: 'event-failed' });
    expect(textOf('bad')?.text).toMatch(/ended with exit code 3 after .* it printed: no such deployment/);
    expect(of('missing')[1]).not.toHaveProperty('exitCode');
    expect(textOf('missing')?.text).toMatch(/could not be started: .*ENOENT/);
    expect(of('killed')[1]).not.toHaveProperty('exitCode');
    expect(textOf('killed')?.text).toContain('ended by SIGKILL');
  });

  it('are stopped with their children at their time limit', async () => {
    const file = join(temporary(), 'pid');
    const { of, notes, told } = carry([event('stuck', shell(`sleep 600 & echo $! > ${file}; wait`), { timeoutMs: 1000 })]);
    const child = await pidIn(file);
    await told(1);
    expect(notes()[0]).toMatchObject({ level: 'warning', code: 'event-timeout' });
    expect(notes()[0]?.text).toContain('time limit of 1 s');
    expect(of('stuck')[1]?.durationS).toBeGreaterThanOrEqual(0.99);
    await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 5000 });
  });

  it('end with the run: what runs is stopped, what it left behind too, what is not due is told', async () => {
    const folder = temporary();
    const { carried, notes, of } = carry([
      event('long', shell(`echo $$ > ${folder}/long; exec sleep 600`)),
      event('left', shell(`sleep 600 > /dev/null 2>&1 & echo $! > ${folder}/left`)),
      event('later', ['true'], { atMs: 600_000 }),
    ]);
    const pids = [await pidIn(join(folder, 'long')), await pidIn(join(folder, 'left'))];
    await vi.waitFor(() => expect(of('left')).toHaveLength(2), { timeout: 5000 });
    await carried.stop();
    for (const pid of pids) await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5000 });
    expect(of('left')[1]).toMatchObject({ exitCode: 0 });
    expect(of('later')).toEqual([]);
    expect(
      notes()
        .map(({ code }) => code)
        .sort(),
    ).toEqual(['event', 'event-not-started', 'event-stopped']);
  });

  it('keep a bounded part of what they print', async () => {
    const { notes, told } = carry([
      event('loud', ['node', '-e', 'for (let i = 0; i < 20000; i++) console.log("x".repeat(900), i)']),
    ]);
    await told(1);
    expect(notes()[0]?.text.length).toBeLessThan(1200);
  });

  it('end when plimsoll is killed, whatever killed it', async () => {
    const file = join(temporary(), 'pid');
    const entry = new URL('../../dist/environment/scenario-events.js', import.meta.url).href;
    const script = `
      const { openEvents } = await import(${JSON.stringify(entry)});
      const event = { name: 'long', atMs: 0, command: ['sh', '-c', 'echo $$ > ${file}; exec sleep 600'], cwd: '/', timeoutMs: 600000 };
      openEvents([event], (text) => text).carry(Date.now(), ({ what }) => process.stdout.write(String(what)));`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void parent.kill('SIGKILL'));
    // Told once the watchdog knows of it: before that, on a busy machine, its own first words may be out already.
    await once(parent.stdout, 'data');
    const pid = await pidIn(file);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 8000 });
  });
});
