import { stringify } from 'yaml';
import { bytesText, spanText } from '../../../text/figure-text.js';
import { type Html, type HtmlValue, html, type SectionMaker } from '../html.js';

/** What has to be the same for two runs to be compared. */
export const environmentSection: SectionMaker = ({ result, analysis }) => {
  const { run } = result;
  return {
    id: 'environment',
    title: 'Environment and scenario',
    body: html`<div class="pairs"><div><h3>Run</h3>${facts([
      ['run', html`<code>${run.id}</code>`],
      ['plimsoll', run.version],
      ['started', run.startedAt],
      ['ended', run.endedAt ?? 'not recorded'],
      ['duration', spanText(run.durationS)],
      ['workload hash', html`<code>${run.scenarioHash}</code>`],
      ['timeout of a call', spanText(analysis.timeoutMs / 1000)],
      ...Object.entries(run.labels).map(([key, value]): Fact => [html`label ${key}`, value]),
    ])}</div>
<div><h3>Generator machine</h3>${facts(recordFacts(run.host))}</div></div>
<h3>Target</h3>${facts(recordFacts(run.target))}
${run.faultEngine === undefined ? '' : html`<h3>Fault engine</h3>${facts(recordFacts(run.faultEngine))}`}
<h3>Scenario</h3>
<p class="note">Resolved: variables and overlays are filled in, secrets are not shown.</p>
<pre class="scroll" tabindex="0" role="region" aria-label="Scenario as YAML"><code>${stringify(analysis.scenario, { lineWidth: 110 })}</code></pre>`,
  };
};

type Fact = readonly [HtmlValue, HtmlValue];

const facts = (list: readonly Fact[]): Html =>
  html`<dl class="facts">${list.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

const recordFacts = (record: Readonly<Record<string, unknown>>): readonly Fact[] =>
  Object.entries(record).map(([key, value]) => [words(key), factValue(key, value)]);

/** `cpuModel` -> `cpu model`. */
const words = (key: string): string =>
  key
    .replace(/Bytes$/, '')
    .replace(/([a-z])([A-Z0-9])/g, '$1 $2')
    .toLowerCase();

function factValue(key: string, value: unknown): HtmlValue {
  if (typeof value === 'number' && key.endsWith('Bytes')) return bytesText(value);
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === undefined || value === null
    ? 'unknown'
    : html`<pre><code>${stringify(value, { lineWidth: 100 }).trimEnd()}</code></pre>`;
}
