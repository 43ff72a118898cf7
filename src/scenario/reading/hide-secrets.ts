import { URL_PARAMETER, URL_PASSWORD } from '../file/redactor.js';
import { HIDDEN } from '../file/secret-forms.js';
import { mapScalars, type ScalarTree, type Tree, type TreePath, treeData } from '../file/yaml-tree.js';
import { basicAuthorization } from '../url-credentials.js';

const HEADER = /auth|cookie|token|secret|password|session|api-?key|access-?key|credential|signature/i;
const SETTING = /passw|token|secret|key|credential/i;
/** Settings and words that a name like `KEY_COUNT` or `AUTH` may hold and that give nothing away: hidden in their place, not elsewhere. */
const HARMLESS = /^(?:.{0,2}|[0-9]{1,5}|true|false|none|null|yes|no|on|off|default)$/i;
const OPTION = /^--?[a-z0-9-]*(?:password|passwd|token|secret|api-?key|credential)[a-z0-9-]*/i;
const SCHEME = /^(Bearer|Basic|Digest|Token|ApiKey|Negotiate)(\s+)(.+)$/is;

export interface HiddenSecrets {
  readonly tree: Tree;
  /** Values found to be secret by where they stand. */
  readonly secrets: readonly string[];
}

/**
 * Marks what is secret by its place, though no `${secret:}` says so: credentials in headers, settings of the environment named like a
 * secret, options such as `--token x`, passwords and parameters such as `?token=x` in URLs.
 */
export const hideSecrets = (tree: Tree): HiddenSecrets => {
  const secrets = new Set<string>();
  const add = (secret: string): void => {
    if (!HARMLESS.test(secret)) secrets.add(secret);
  };
  const data = treeData(tree);
  const commandAt = (path: TreePath): readonly unknown[] => {
    let at: unknown = data;
    for (const part of path) at = (at as Record<string, unknown> | undefined)?.[part];
    return Array.isArray(at) ? at : [];
  };
  /** What may be shown of a secret value, and the part of it that is secret. */
  const cut = (value: string): { readonly shown: string; readonly secret: string } => {
    const scheme = SCHEME.exec(value);
    return scheme === null
      ? { shown: HIDDEN, secret: value }
      : { shown: `${scheme[1]}${scheme[2]}${HIDDEN}`, secret: scheme[3] ?? value };
  };

  /** The parts of a command that options such as `--token` name as secret. */
  const hideInCommand = (node: ScalarTree, value: string, path: TreePath): ScalarTree | undefined => {
    const last = path.at(-1);
    if (typeof last !== 'number') return undefined;
    const before = commandAt(path.slice(0, -1))[last - 1];
    if (typeof before === 'string' && OPTION.test(before) && !before.includes('=') && !value.startsWith('-'))
      return asSecret(node, value);
    const equals = value.indexOf('=');
    if (equals <= 0 || !OPTION.test(value)) return undefined;
    if (node.redacted === undefined) add(value.slice(equals + 1));
    return { ...node, redacted: `${value.slice(0, equals + 1)}${HIDDEN}` };
  };
  // A value already hidden by `${secret:default}` is not listed: its default may be as harmless a word as `none`.
  const asSecret = (node: ScalarTree, value: string): ScalarTree => {
    const { shown, secret } = cut(value);
    if (node.redacted === undefined) add(secret);
    return { ...node, redacted: shown };
  };

  const hide = (node: ScalarTree, path: TreePath): ScalarTree => {
    if (node.value === null || typeof node.value === 'boolean') return node;
    const value = String(node.value);
    const [section, last] = [path.at(-2), path.at(-1)];
    if (path[0] === 'target') {
      if (section === 'headers' && HEADER.test(String(last))) return asSecret(node, value);
      if (section === 'env' && SETTING.test(String(last)) && !/^[a-z+]+:\/\//i.test(value)) return asSecret(node, value);
      if (section === 'auth' && last === 'bearer') return asSecret(node, value);
      if (last === 'clientSecret' || (section === 'tls' && last === 'passphrase')) return asSecret(node, value);
    }
    if ((path[0] === 'target' && section === 'command') || (path[0] === 'events' && section === 'run')) {
      const hidden = hideInCommand(node, value, path);
      if (hidden !== undefined) return hidden;
    }
    if (path[0] === 'tenants' && section === 'headers' && HEADER.test(String(last))) return asSecret(node, value);
    const shown = node.redacted ?? value;
    const hidden = shown.replace(URL_PASSWORD, `$1${HIDDEN}`).replace(URL_PARAMETER, `$1${HIDDEN}`);
    // As user and password go over the wire.
    const basic = URL.canParse(value) ? basicAuthorization(value) : undefined;
    if (basic !== undefined) secrets.add(basic.replace('Basic ', ''));
    if (hidden === shown) return node;
    for (const match of [...value.matchAll(URL_PASSWORD), ...value.matchAll(URL_PARAMETER)]) {
      const secret = match[2];
      if (secret === undefined || node.redacted !== undefined) continue;
      secrets.add(secret);
      try {
        secrets.add(decodeURIComponent(secret));
      } catch {}
    }
    return { ...node, redacted: hidden };
  };
  return { tree: mapScalars(tree, hide), secrets: [...secrets] };
};
