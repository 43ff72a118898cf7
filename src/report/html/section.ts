import type { ReportView } from '../report-view.js';
import type { Html } from './html.js';

/** One part of a report page. A section that has nothing to say about a run is undefined and leaves no trace. */
export interface Section {
  /** Unique in the page: its anchor. */
  readonly id: string;
  readonly title: string;
  readonly body: Html;
  /** A script of ours that the section needs; the content policy names it by its hash. */
  readonly script?: string;
}

export type SectionMaker = (view: ReportView) => Section | undefined | Promise<Section | undefined>;
