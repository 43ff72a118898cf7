import { type LoadedScenario, type ParseOptions, parseScenario } from '../../src/scenario/reading/parse-scenario.js';

/** Lines of the smallest scenario, with others in their place or after it. */
export const minimal = (parts: Readonly<Record<string, string>> = {}): string =>
  Object.entries({
    plimsoll: '1',
    name: 's',
    target: '{ url: "http://127.0.0.1:1/mcp" }',
    load: '{ phases: [{ name: a, rate: 10/s, for: 10s }] }',
    calls: '[{ tool: echo, arguments: {} }]',
    ...parts,
  })
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n');

const files = {
  read: (): string => {
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  },
  exists: (): boolean => false,
};

export const parse = (text: string, options: Partial<ParseOptions> = {}): LoadedScenario =>
  parseScenario(text, { fileName: 's.yaml', folder: '/s', env: {}, files, ...options });

/** What is said of a file, or of the smallest one with these parts; empty where it is taken. */
export const problemsOf = (file: string | Readonly<Record<string, string>>, options: Partial<ParseOptions> = {}): string => {
  try {
    parse(typeof file === 'string' ? file : minimal(file), options);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};
