/** A comment as a list of them gives it. */
export interface ListedComment {
  readonly id: number;
  /** Login of who wrote it. */
  readonly author: string;
  readonly body: string;
}

/** The comment that is ours: written by us and beginning with our marker. A marker in a comment of somebody else, or in a quotation, is none. Pure. */
export const ownComment = (
  comments: readonly ListedComment[],
  { author, marker }: { readonly author: string; readonly marker: string },
): ListedComment | undefined =>
  comments.find((comment) => comment.author === author && comment.body.trimStart().startsWith(marker));

/** Comments of one page of GitHub (`user.login`) or GitLab (`author.username`). What is no comment is left out. Pure. */
export function commentsOf(page: unknown): readonly ListedComment[] {
  if (!Array.isArray(page)) return [];
  return (page as readonly unknown[]).flatMap((entry) => {
    const { id, body, user, author } = fieldsOf(entry);
    const login = fieldsOf(user).login ?? fieldsOf(author).username;
    return typeof id === 'number' && typeof body === 'string' && typeof login === 'string' ? [{ id, body, author: login }] : [];
  });
}

/** The fields of a JSON object; none for any other value. */
export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
