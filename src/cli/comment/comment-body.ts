import { inertMarkdown } from './inert-markdown.js';

/** What GitHub takes in a comment, in characters; GitLab takes more. */
export const MOST_CHARACTERS = 65_536;
const CUT = '\n\nThe summary is too long for a comment: the rest is in summary.md of the run folder.\n';

/** By what a comment of ours is found again. It is not shown. @param scenario a name of a-z, 0-9 and - */
export const markerOf = (scenario: string): string => `<!-- plimsoll:${scenario} -->`;

/** The comment about a run: its marker, then its summary as text that does nothing, cut at the end of a line where it is too long. Pure. */
export function commentBody(scenario: string, summary: string): string {
  const whole = `${markerOf(scenario)}\n${inertMarkdown(summary)}`;
  if (whole.length <= MOST_CHARACTERS) return whole;
  const room = whole.slice(0, MOST_CHARACTERS - CUT.length);
  const end = room.lastIndexOf('\n');
  // A single line of that length: cut between two characters, not inside one.
  const kept = end > markerOf(scenario).length ? room.slice(0, end) : room.replace(/[\ud800-\udbff]$/, '');
  return `${kept}${CUT}`;
}
