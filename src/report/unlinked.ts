/** Shown as nothing; what it separates is no longer a mention, a reference or a link. */
export const GAP = '\u200b';

/**
 * Text that mentions nobody and links to nothing on GitHub and GitLab. Both look for mentions, references and addresses in the text that is
 * shown, after Markdown has read its entities and backslashes: `&#64;name` and `\@name` notify as `@name` does, and `&#35;1` links as `#1`
 * (github/cmark-gfm#181). So a space of no width stands behind the character, as in the comments of Dependabot and Renovate. Idempotent, pure.
 */
export const unlinked = (text: string): string =>
  text
    .replace(/@(?!\u200b)/g, `@${GAP}`)
    // A backslash may stand in front of what follows: it is gone when the text is shown.
    .replace(/:(?=\\?\/\\?\/)/g, `:${GAP}`)
    .replace(/(www|mailto|xmpp)(?=\\?[.:])/gi, `$1${GAP}`)
    // Issues, merge requests, snippets, milestones, labels and epics. A heading has a space after its `#`.
    .replace(/([#!$&])(?=\d)/g, `$1${GAP}`)
    .replace(/([%~])(?=[\w"]|\\")/g, `$1${GAP}`)
    .replace(/\b(G[HL]\\?-)(?=\d)/gi, `$1${GAP}`);
