import { createHash } from 'node:crypto';
import { type Html, html, type Section, trustedMarkup } from './html.js';
import { pageAsset } from './page-asset.js';

export interface Page {
  readonly title: string;
  /** What stands before the first section. */
  readonly head: Html;
  readonly sections: readonly Section[];
  readonly foot: Html;
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

/**
 * A page in one file. Its content policy forbids the network, eval, and any script or style but those written here, which are named by
 * their hashes: text from a server that got past the escaping would still be dead.
 */
export async function renderPage({ title, head, sections, foot }: Page): Promise<string> {
  const [charts, style] = await Promise.all([pageAsset('charts.js'), pageAsset('report.css')]);
  const scripts = [charts, ...sections.flatMap(({ script }) => (script === undefined ? [] : [script]))];
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trustedMarkup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="${trustedMarkup(ICON)}">
<style>${trustedMarkup(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<div class="layout">
<nav aria-label="Contents"><ul><li><a href="#verdict">Verdict</a></li>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="main" tabindex="-1">
${head}
${sections.map(
  ({ id, title: name, body }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2>
${body}</section>
`,
)}
<footer>${foot}</footer>
</main>
</div>
${scripts.map(
  (script) => html`<script>${trustedMarkup(script)}</script>
`,
)}</body>
</html>
`.toString();
}

/** A load line: circle and bar. As data, so that opening the page asks nobody for an icon. */
const ICON = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.5" fill="none" stroke="#2463c4" stroke-width="1.8"/><path d="M0 8h16" stroke="#2463c4" stroke-width="1.8"/></svg>')}`;
