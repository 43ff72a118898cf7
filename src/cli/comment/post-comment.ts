import { type ApiAnswer, ApiRefusal, type ApiRequest } from './comment-api.js';
import { markerOf } from './comment-body.js';
import type { CommentPlace } from './comment-place.js';
import { nextPage } from './next-page.js';
import { commentsOf, fieldsOf, type ListedComment, ownComment } from './own-comment.js';

/** Pages of 100 comments that are looked through. */
const MOST_PAGES = 100;
/** Who comments with the token that GitHub gives to a job: that token may not ask for its own name. */
const ACTIONS_LOGIN = 'github-actions[bot]';

/** What became of the comment. */
export interface PostedComment {
  readonly done: 'created' | 'updated';
  readonly id: number;
}

/** Asks the API. @throws ApiRefusal */
export type Ask = (wanted: ApiRequest) => Promise<ApiAnswer>;

/** Addresses of a site. */
interface Site {
  readonly list: string;
  readonly one: (id: number) => string;
  readonly update: 'PATCH' | 'PUT';
}

/**
 * Leaves one comment about a run: the one that we wrote earlier is changed in its place, and a new one is written where there is none any more.
 * @param author login of who comments; absent: asked for
 * @throws ApiRefusal where the site says no or does not answer.
 */
export async function postComment(
  place: CommentPlace,
  { scenario, body, author }: { readonly scenario: string; readonly body: string; readonly author?: string | undefined },
  ask: Ask,
): Promise<PostedComment> {
  const site = await siteOf(place, ask);
  const own = await findOwn(site.list, { author: author ?? (await ownLogin(place, ask)), marker: markerOf(scenario) }, ask);
  if (own !== undefined) {
    try {
      await ask({ method: site.update, url: site.one(own.id), body: { body } });
      return { done: 'updated', id: own.id };
    } catch (error) {
      // Somebody deleted it since it was listed.
      if (!(error instanceof ApiRefusal && (error.status === 404 || error.status === 410))) throw error;
    }
  }
  const { data } = await ask({ method: 'POST', url: site.list, body: { body } });
  const { id } = fieldsOf(data);
  if (typeof id !== 'number') throw new ApiRefusal('the answer to the new comment has no id');
  return { done: 'created', id };
}

async function siteOf(place: CommentPlace, ask: Ask): Promise<Site> {
  if (place.site === 'gitlab') {
    const notes = `${place.api}/projects/${encodeURIComponent(place.project)}/merge_requests/${place.mergeRequest}/notes`;
    return { list: notes, one: (id) => `${notes}/${id}`, update: 'PUT' };
  }
  const issues = `${place.api}/repos/${place.repository}/issues`;
  return {
    list: `${issues}/${await pullNumber(place, ask)}/comments`,
    one: (id) => `${issues}/comments/${id}`,
    update: 'PATCH',
  };
}

/** @throws ApiRefusal where the commit that was tested is the head of no open pull request any more. */
async function pullNumber({ api, repository, pull }: CommentPlace & { readonly site: 'github' }, ask: Ask): Promise<number> {
  if (typeof pull === 'number') return pull;
  const { data } = await ask({
    method: 'GET',
    url: `${api}/repos/${repository}/pulls?state=open&per_page=100&head=${encodeURIComponent(pull.head)}`,
  });
  const found = (Array.isArray(data) ? (data as readonly unknown[]) : []).find(
    (each) => fieldsOf(fieldsOf(each).head).sha === pull.sha,
  );
  const { number } = fieldsOf(found);
  if (typeof number === 'number') return number;
  throw new ApiRefusal(`${pull.sha.slice(0, 7)} is not the head of an open pull request of ${pull.head}`);
}

async function ownLogin({ site, api }: CommentPlace, ask: Ask): Promise<string> {
  try {
    const { data } = await ask({ method: 'GET', url: `${api}/user` });
    const { login, username } = fieldsOf(data);
    const name = login ?? username;
    if (typeof name === 'string') return name;
    throw new ApiRefusal('the answer about the owner of the token has no name');
  } catch (error) {
    if (site === 'github' && error instanceof ApiRefusal && error.status === 403) return ACTIONS_LOGIN;
    throw error;
  }
}

async function findOwn(
  list: string,
  who: { readonly author: string; readonly marker: string },
  ask: Ask,
): Promise<ListedComment | undefined> {
  let url: string | undefined = `${list}?per_page=100`;
  for (let page = 0; page < MOST_PAGES && url !== undefined; page++) {
    const { data, link }: ApiAnswer = await ask({ method: 'GET', url });
    const own = ownComment(commentsOf(data), who);
    if (own !== undefined) return own;
    url = nextPage(link, url);
  }
  return undefined;
}
