import { GAP, unlinked } from '../../report/unlinked.js';
import { plainLine } from '../../text/one-line.js';

/** Characters that GitHub and GitLab look for after they have read the entities of Markdown. */
const READ_LATE = new Set([...'@#:/.!$%~&']);
const NAMED: Readonly<Record<string, string>> = {
  commat: '@',
  num: '#',
  colon: ':',
  sol: '/',
  period: '.',
  excl: '!',
  dollar: '$',
  percnt: '%',
};

/**
 * Markdown of a run that does nothing but show text: no mention, link, image, HTML, reference to an issue or quick action of GitLab survives,
 * whoever wrote it. Headings, tables, lists and code font stay. Text in code font reads the same, since what is put in has no width. Pure.
 */
export const inertMarkdown = (text: string): string => text.split(/\r?\n/).map(inertLine).join('\n');

const inertLine = (line: string): string =>
  unlinked(withoutLateEntities(plainLine(line)))
    // Tags and autolinks: `<` is text where no letter follows.
    .replace(/<(?=\S)/g, `<${GAP}`)
    // `[text](url)`, `![image](url)`, `[text][ref]`, `[ref]: url`, `[[page]]`.
    .replace(/\](?=[([:])/g, `]${GAP}`)
    .replace(/\[(?=\[)/g, `[${GAP}`)
    // Quick actions of GitLab (`/merge`) and fences, which draw diagrams.
    .replace(/^(\s*)(?=\/|`{3}|~{3})/, `$1${GAP}`);

/** `&#64;name` is a mention: both sites look for them in the text that is shown. `&lt;` stays, which cannot become a tag any more. */
const withoutLateEntities = (line: string): string =>
  line.replace(/&(?:#(?:x([0-9a-f]{1,8})|(\d{1,10}))|([a-z]+));/gi, (entity, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? entity;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const character = code <= 0x7f ? String.fromCharCode(code) : '';
    return READ_LATE.has(character) && character !== '&' ? character : entity;
  });
