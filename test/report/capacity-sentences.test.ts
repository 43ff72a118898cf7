import { beforeAll, describe, expect, it } from 'vitest';
import { renderTerminalCapacity } from '../../src/report/capacity-terminal.js';
import { renderGithubAnnotations } from '../../src/report/github.js';
import { basisOf, calculatorAnswer } from '../../src/report/html/calculator/calculator-answer.js';
import { renderReport } from '../../src/report/html/sections/render-report.js';
import { renderJunit } from '../../src/report/junit.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { renderTerminalSizing } from '../../src/report/sizing-terminal.js';
import { type CapacityFigures, capacity as capacitySchema } from '../../src/result/capacity-figures.js';
import { kubernetesManifest, PLACEHOLDERS } from '../../src/sizing/kubernetes-manifest.js';
import { FAULT, SEARCHES, type SearchName, searchInput } from './made-search.js';

const NAMES = Object.keys(SEARCHES) as SearchName[];

const visible = (page: string): string =>
  page
    .replace(/<(script|style|pre)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('\u200b', '')
    .replaceAll(/\\(.)/g, '$1')
    .replace(/\s+/g, ' ');

/** Every report of a search, as its reader sees it. */
interface Told {
  readonly html: string;
  readonly page: string;
  readonly terminal: string;
  readonly markdown: string;
  readonly junit: string;
  readonly github: string;
  /** `plimsoll size` of the same search; empty where it was not sized. */
  readonly size: string;
  readonly manifest: string | undefined;
  readonly calculator: string;
}

const told = {} as Record<SearchName, Told>;

beforeAll(async () => {
  for (const name of NAMES) {
    const capacity: CapacityFigures = SEARCHES[name];
    const input = searchInput(capacity);
    const html = await renderReport(input);
    const { sizing } = capacity;
    told[name] = {
      html,
      page: visible(html),
      terminal: renderTerminalCapacity(input, capacity, { colours: false }).join('\n'),
      markdown: visible(renderMarkdown(input)),
      junit: visible(renderJunit(input).replaceAll(/(message|value)="([^"]*)"/g, '>$2<')),
      github: renderGithubAnnotations(input).join('\n'),
      size: sizing === undefined ? '' : renderTerminalSizing(sizing, { colours: false }).join('\n'),
      manifest: sizing === undefined ? undefined : kubernetesManifest(sizing, { name: 'orders', ...PLACEHOLDERS }),
      calculator:
        sizing === undefined
          ? ''
          : ((answer) => [answer.headline, ...answer.facts.flat(), ...answer.warnings].join('\n'))(
              calculatorAnswer(basisOf(sizing), {}, 'orders'),
            ),
    };
  }
}, 240_000);

const UNFIT: readonly SearchName[] = [
  'noRoomForConnections',
  'noRoomUnconfirmed',
  'noMemory',
  'noDescriptors',
  'databaseTooSlow',
  'roomAtTheUpperEnd',
];
const NOT_SIZED: readonly SearchName[] = ['allInvalid', 'nothingPasses', 'errorsAtEveryRate', 'notAsked', 'stoppedEarly'];
const SIZED = NAMES.filter((name) => !NOT_SIZED.includes(name));
const FIT = SIZED.filter((name) => !UNFIT.includes(name));
const RANGE = FIT.filter((name) => !(['given', 'generatorLimit'] as SearchName[]).includes(name));
const UNCONFIRMED: readonly SearchName[] = ['unconfirmed', 'noRoomUnconfirmed', 'given'];
const NO_FIGURE: readonly SearchName[] = ['allInvalid', 'nothingPasses', 'errorsAtEveryRate', 'stoppedEarly'];
const SOAKED = NAMES.filter((name) => !UNCONFIRMED.includes(name) && !NO_FIGURE.includes(name));
const but = (names: readonly SearchName[], ...without: readonly SearchName[]): readonly SearchName[] =>
  names.filter((name) => !without.includes(name));

type Place = Exclude<keyof Told, 'html' | 'manifest'>;

/** A sentence, where it is told, and the searches that it is true of: it stands in their reports, and in no other. */
const SENTENCES: readonly (readonly [sentence: string | RegExp, places: readonly Place[], of: readonly SearchName[]])[] = [
  // The rate.
  [/Capacity of one instance 79\.2\/s confirmed by a soak/, ['page'], but(SOAKED, 'generatorLimit')],
  [/Capacity of one instance ≥ 79\.2\/s at least, confirmed by a soak/, ['page'], ['generatorLimit']],
  [/Capacity of one instance ≈ [\d.]+\/s an estimate, not confirmed/, ['page'], UNCONFIRMED],
  [/Capacity of one instance none nothing passes/, ['page'], ['nothingPasses', 'errorsAtEveryRate']],
  [/Capacity of one instance not known/, ['page'], ['allInvalid', 'stoppedEarly']],
  [/confirmed by a soak, stopped before its end/, ['page'], ['stoppedAfterSoak']],
  [/short trials passed up to 80\.0\/s/, ['page', 'terminal', 'markdown', 'junit'], [...UNCONFIRMED, 'stoppedEarly']],
  ['131/s', ['page', 'terminal', 'markdown', 'junit', 'github', 'size', 'calculator'], []],
  [/\bat least 0\/s|up to 0\/s/, ['page', 'terminal', 'markdown', 'junit', 'github'], []],
  [/estimate ±25 %; confirmed by a soak of 20 s/, ['page'], but(SOAKED, 'generatorLimit')],
  [/estimate ±25 %; not confirmed/, ['page', 'terminal', 'markdown'], UNCONFIRMED],
  [/no estimate; not confirmed/, ['page', 'terminal', 'markdown'], NO_FIGURE],
  [/at least; no estimate; confirmed by a soak of 20 s/, ['page', 'terminal', 'markdown'], ['generatorLimit']],
  // What it assumes.
  [/No soak passed: short trials make a server/, ['page', 'markdown'], [...UNCONFIRMED, 'stoppedEarly']],
  [/The load generator was late from 160\/s on/, ['page', 'markdown'], ['generatorLimit']],
  [/It holds for poisson arrivals/, ['page', 'markdown'], but(NAMES, ...NO_FIGURE)],
  [/A search sees its own/, ['page', 'markdown'], but(NAMES, 'allInvalid')],
  [/One instance was measured: the sizing assumes/, ['page', 'markdown'], but(SIZED, 'twoMeasured')],
  [/assumes linear scaling/, ['page', 'terminal', 'size'], but(SIZED, 'twoMeasured')],
  // The sizing.
  [/does not fit/, ['terminal', 'markdown'], [...UNFIT, 'nothingPasses', 'errorsAtEveryRate', 'faultTooMany']],
  [/does not fit/, ['junit', 'github'], UNFIT],
  [/the plan does not fit/, ['page', 'terminal', 'markdown', 'junit', 'github'], UNFIT],
  [/^does not fit/m, ['calculator'], UNFIT],
  [
    /does not fit: the database allows 19 instances, the plan needs \d+ \(97 connections left for them, a pool of 5 in each\)/,
    ['page', 'terminal', 'markdown', 'junit', 'github', 'size'],
    ['noRoomForConnections', 'noRoomUnconfirmed'],
  ],
  [
    /19 instances carry a peak of \d+ calls\/s/,
    ['page', 'terminal', 'markdown', 'size'],
    ['noRoomForConnections', 'noRoomUnconfirmed'],
  ],
  [/a pool of 0\b/, ['page', 'terminal', 'markdown', 'junit', 'github', 'size', 'calculator'], []],
  [
    /an instance without load takes 120 MB; of its memory limit of 64 MB 51\.2 MB is usable/,
    ['page', 'terminal', 'size'],
    ['noMemory'],
  ],
  [
    /an instance without load holds 100 descriptors; of its limit of 64 it may use 51\.2/,
    ['page', 'terminal', 'size'],
    ['noDescriptors'],
  ],
  [/the database serves 1,000 calls\/s, the plan asks it for 1,950/, ['page', 'terminal', 'size'], ['databaseTooSlow']],
  [/driven by/, ['page', 'terminal', 'markdown', 'size', 'calculator'], FIT],
  [/no soak confirmed the rate of one instance/, ['page', 'size', 'calculator'], but(UNCONFIRMED, 'given')],
  [/an instance carries at least the rate that is sized with/, ['page', 'size', 'calculator'], ['generatorLimit']],
  [/Range: \d+ to \d+ instances, depending on where between/i, ['page', 'size'], RANGE],
  [/Range: \d+ instances, or more than fit, depending on where between/, ['page', 'size'], ['roomAtTheUpperEnd']],
  [/measure longer: it may save up to \d+ instances/, ['page', 'size', 'calculator'], RANGE],
  [
    /if one instance carries up to 160 calls\/s, \d+ instances are enough and fit/,
    ['page', 'size', 'calculator'],
    ['roomAtTheUpperEnd'],
  ],
  [/measure longer/, ['page', 'size', 'calculator'], [...RANGE, 'roomAtTheUpperEnd']],
  [/If short bursts may use the headroom/, ['page', 'size'], [...but(FIT, 'burstForNothing'), 'roomAtTheUpperEnd']],
  [/not sized/i, ['page', 'terminal', 'markdown'], but(NOT_SIZED, 'notAsked')],
  [/name a peak/, ['page'], ['notAsked']],
  [/measured\.confirmed [\d.]+ calls\/s per instance measured/, ['page'], but(SIZED, ...UNCONFIRMED)],
  [/measured\.confirmed [\d.]+ calls\/s per instance estimated/, ['page'], but(UNCONFIRMED, 'given')],
  [/measured\.confirmed [\d.]+ calls\/s per instance given/, ['page'], ['given']],
  [/sized with, for one instance [\d.]+\/s, the confirmed rate/, ['page'], but(SIZED, ...UNCONFIRMED)],
  [/sized with, for one instance [\d.]+\/s, the low end of the estimate/, ['page'], but(UNCONFIRMED, 'given')],
  [/sized with, for one instance [\d.]+\/s, given/, ['page'], ['given']],
  [
    /under slow-dependency@postgres: no number of instances is enough/,
    ['terminal', 'markdown'],
    ['faultNothingPasses', 'faultTooMany'],
  ],
  // The law, the time line, the process of the server.
  [/No scalability law was fitted: only 4 levels were measured/, ['page'], ['lawOmitted']],
  [/no law: only 4 levels were measured/i, ['terminal', 'markdown'], ['lawOmitted']],
  [/Not one second of load was recorded|No load was recorded|Time line/, ['page'], []],
  [/was not sampled/, ['page'], []],
  [/The process of the server was sampled: CPU/, ['page'], NAMES],
  // Trust.
  [/3 of 3 trials were too noisy and were ignored: the load generator was late/, ['page'], ['allInvalid']],
  [/3 of 8 trials were too noisy and were ignored: the load generator was late/, ['page', 'markdown'], ['faultInvalid']],
  [/1 of 4 trials was too noisy and was ignored: the load generator was late/, ['page', 'markdown'], ['generatorLimit']],
  [/Can this run be trusted\? trusted/, ['page'], but(NAMES, 'allInvalid')],
  // Charts.
  [/Hollow: failed/, ['page'], but(NAMES, 'allInvalid', 'generatorLimit', 'stoppedEarly')],
  [/fail \(diverging\)/, ['page'], but(NAMES, 'allInvalid', 'generatorLimit', 'stoppedEarly', 'errorsAtEveryRate')],
  [/p95 of passed trials/, ['page'], but(NAMES, 'allInvalid', 'nothingPasses', 'errorsAtEveryRate')],
];

describe('each sentence of a capacity report stands only where it is true', () => {
  for (const [sentence, places, of] of SENTENCES) {
    for (const place of places) {
      it(`${place}: ${String(sentence)}`, () => {
        const stands = NAMES.filter((name) =>
          typeof sentence === 'string' ? told[name][place].includes(sentence) : sentence.test(told[name][place]),
        );
        expect(stands.sort()).toEqual([...of].sort());
      });
    }
  }
});

describe('a figure that there is not', () => {
  it('has no bar, and the chart says why', () => {
    const bar = (name: SearchName) => new RegExp(`aria-label="healthy: [^"]*; ${FAULT}: ([^;"]*)`).exec(told[name].html)?.[1];
    expect(bar('faultInvalid')).toBe('no figure: no trial counted');
    expect(bar('faultNothingPasses')).toBe('nothing passes');
    expect(bar('faultTooMany')).toMatch(/^4\.95\/s/);
  });

  it('is null in the result, with exit code 3 and without a manifest', () => {
    for (const name of NAMES) {
      const { sizing } = SEARCHES[name] as { sizing?: { instances: number | null; doesNotFit?: unknown; fleet?: unknown } };
      const { verdict } = searchInput(SEARCHES[name]);
      const unfit = UNFIT.includes(name);
      expect([name, sizing?.instances === null, sizing?.doesNotFit !== undefined, told[name].manifest === undefined]).toEqual([
        name,
        unfit,
        unfit,
        unfit || sizing === undefined,
      ]);
      if (unfit) expect([verdict.outcome, verdict.exitCode, sizing?.fleet]).toEqual(['fail', 3, undefined]);
    }
  });

  it('and one that there is agree with the schema of the result', () => {
    for (const name of NAMES) expect(capacitySchema.parse(JSON.parse(JSON.stringify(SEARCHES[name])))).toEqual(SEARCHES[name]);
  });
});

describe('exit code and its meaning', () => {
  const MEANINGS: Readonly<Partial<Record<SearchName, string>>> = {
    confirmed: '0: a soak confirmed the capacity',
    unconfirmed: '5: inconclusive: not enough to judge',
    allInvalid: '5: in doubt: this machine was too noisy to tell',
    nothingPasses: '3: no capacity: the SLO was missed',
    noRoomForConnections: '3: the plan does not fit',
    noRoomUnconfirmed: '3: the plan does not fit',
    noMemory: '3: the plan does not fit',
  };
  for (const [name, meaning] of Object.entries(MEANINGS))
    it(`${name}: ${meaning}`, () => {
      expect(told[name as SearchName].terminal).toContain(`exit code ${meaning}`);
      expect(told[name as SearchName].markdown).toContain(`Exit code ${meaning}`);
      expect(told[name as SearchName].github).toContain(`Exit code ${meaning}`);
      expect(told[name as SearchName].page.replace(' : ', ': ')).toContain(`Exit code ${meaning}`);
    });
});

describe('the comments of a manifest', () => {
  const head = (name: SearchName) => told[name].manifest ?? '';

  it('say where the rate of one instance came from', () => {
    expect(head('generatorLimit')).toContain('from a measured capacity: 79.2 calls/s of one instance, confirmed by a soak');
    expect(head('unconfirmed')).toMatch(/from an estimated capacity: [\d.]+ calls\/s of one instance, the low end/);
    expect(head('given')).toContain('from a capacity that was given: 80 calls/s');
    expect(head('unconfirmed')).not.toContain('from a measured capacity');
  });

  it('speak of linear scaling only where it is assumed', () => {
    expect(head('confirmed')).toContain('assumes linear scaling');
    expect(head('twoMeasured')).not.toContain('assumes linear scaling');
  });
});

describe('the calculator', () => {
  it('drops what was said of a measured rate once another one is typed', () => {
    const { sizing } = SEARCHES.unconfirmed;
    const answer = calculatorAnswer(basisOf(sizing!), { capacityPerS: '300' }, 'orders');
    expect(answer.warnings.join()).not.toMatch(/no soak confirmed|measure longer/);
    expect(answer.manifest).toContain('from a capacity that was given: 300 calls/s');
  });

  it('says that a plan does not fit, what would, and gives no manifest', () => {
    const { sizing } = SEARCHES.confirmed;
    const { question, ...rest } = basisOf(sizing!);
    const dependency = { maxConnections: 100, reserved: 3, otherConnections: 0, pool: 5, callsPerCall: 1, capacityPerS: null };
    const answer = calculatorAnswer({ question: { ...question, dependency }, ...rest }, {}, 'orders');
    expect(answer).toMatchObject({ headline: 'does not fit', wrong: false });
    expect(answer.manifest).toBeUndefined();
    expect(answer.facts.find(([name]) => name === 'why')?.[1]).toMatch(/^the database allows 19 instances, the plan needs \d+/);
    expect(answer.facts.map(([name]) => name)).toContain('largest peak that fits');
    // A peak that fits is a number again.
    const fits = calculatorAnswer({ question: { ...question, dependency }, ...rest }, { peakPerS: '300' }, 'orders');
    expect(fits.headline).toMatch(/^\d+ instances$/);
    expect(fits.manifest).toContain('connections:');
  });
});
