import { writeFileSync } from 'node:fs';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { Era } from '../../mcp/era.js';
import { nameFault, valueFault } from '../../scenario/file/header-text.js';
import type { Redactor } from '../../scenario/file/redactor.js';
import { readTree } from '../../scenario/file/yaml-tree.js';
import { hideSecrets } from '../../scenario/reading/hide-secrets.js';
import { withVariables } from '../mcp-config.js';
import { type InitTarget, listTools } from './list-tools.js';
import { type StarterScenario, starterScenario } from './starter-scenario.js';
import { chooseTools, type ToolChoice } from './tool-choice.js';
import { tryTools } from './try-tools.js';

export interface InitRequest {
  readonly target: InitTarget;
  readonly out: string | undefined;
  readonly force: boolean;
  /** Call each tool that only reads once, and take arguments from what is answered. */
  readonly tryTools: boolean;
  /** Learns the secrets of the target before anything is sent. */
  readonly redactor: Redactor;
}

export interface InitResult extends Omit<StarterScenario, 'text'> {
  readonly file: string;
  readonly era: Era;
  readonly protocolVersion: string;
}

/**
 * Lists the tools of a server, calls those that only read where that is asked for, and writes a starter scenario.
 * @throws PlimsollError with exit code 2 for a wrong URL and for a file that is there, 6 when the server cannot be reached, 8 when it cannot be written.
 */
export async function initScenario({ target, out, force, tryTools: trying, redactor }: InitRequest): Promise<InitResult> {
  const checked = target.transport === 'stdio' ? undefined : checkedUrl(target.url);
  let choices: readonly ToolChoice[] = [];
  const asked = withEnvironment(
    checked === undefined || target.transport === 'stdio' ? target : { ...target, url: checked.href },
    redactor,
  );
  const endpoint = await listTools(asked, async ({ tools }, driver) => {
    choices = chooseTools(tools);
    if (trying) choices = await tryTools(driver, choices);
  });
  const starter = starterScenario(endpoint, {
    choices,
    tried: trying,
    ...(checked === undefined || isLoopback(checked.host) ? {} : { host: checked.host }),
    target,
  });
  const file = out ?? `${starter.name}.yaml`;
  try {
    writeFileSync(file, starter.text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new PlimsollError(`${file} already exists`, 'usage', {
        hint: 'name another with --out, or overwrite it with --force',
      });
    }
    throw new PlimsollError(`cannot write ${file}: ${(cause as Error).message}`, 'machine', { cause });
  }
  const { text: _text, ...rest } = starter;
  return { file, era: endpoint.era, protocolVersion: endpoint.protocolVersion, ...rest };
}

/** The target with the variables that a client's settings name put in; what is secret of it by its place is so here as in a scenario. */
function withEnvironment(target: InitTarget, redactor: Redactor): InitTarget {
  const put = (text: string): string => withVariables(text, process.env);
  const all = (texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, put(text)]));
  const full: InitTarget =
    target.transport === 'stdio'
      ? { ...target, command: target.command.map(put), env: all(target.env) }
      : { ...target, url: put(target.url), ...(target.headers === undefined ? {} : { headers: all(target.headers) }) };
  const { tree } = readTree(JSON.stringify({ target: full }), 'the target');
  if (tree !== undefined) redactor.learn(hideSecrets(tree).secrets);
  if (full.transport === 'stdio' || full.headers === undefined) return full;
  return { ...full, headers: sendable(full.headers) };
}

/** The headers without blanks at the ends of their values. @throws PlimsollError with exit code 2 for one that no request can carry. */
function sendable(headers: Readonly<Record<string, string>>): Record<string, string> {
  const trimmed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.trim()]));
  for (const [name, value] of Object.entries(trimmed)) {
    const fault = nameFault(name) ?? valueFault(value);
    if (fault === undefined) continue;
    const { found, accepted, hint } = fault;
    throw new PlimsollError(`the header ${JSON.stringify(name)} of the server: found ${found}, accepted: ${accepted}`, 'usage', {
      hint: hint ?? 'correct it in the file of --mcp-config, or the variable that it names',
    });
  }
  return trimmed;
}

function checkedUrl(text: string): { readonly host: string; readonly href: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new PlimsollError(`not an http or https URL: ${text}`, 'usage', { hint: 'for instance http://127.0.0.1:3001/mcp' });
  }
  return { host: url.hostname, href: url.href };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
