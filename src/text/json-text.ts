/** What JSON allows within a text and a terminal or an editor obeys: DEL, C1, separators of Unicode, what reorders text. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu;
/** How lines for a CI system begin that are obeyed anywhere in a line: GitHub (`##[`), Azure (`##vso[`), TeamCity (`##teamcity[`). */
const CI_COMMAND = /##(?=\[|vso\[|teamcity\[)/g;

/** The same JSON with what is unsafe to print written as an escape: it parses to the same value. */
export const printableJson = (json: string): string =>
  json.replace(UNSAFE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`).replace(CI_COMMAND, '#\\u0023');
