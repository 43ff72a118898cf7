import { command, once, outputOptions } from '../command.js';

export const commentCommand = command({
  usage: 'comment <run>',
  describe: 'Leave the summary of a run as one comment on its pull request (GitHub) or merge request (GitLab)',
  examples: [
    ['$0 comment plimsoll-run', 'in a CI job: GITHUB_TOKEN, or PLIMSOLL_GITLAB_TOKEN on GitLab, writes it'],
    ['$0 comment plimsoll-run --pull-request 42', 'for an event that names no pull request'],
  ],
  positionals: { run: { type: 'string', demandOption: true, describe: 'Run folder' } },
  options: {
    repository: { ...once, describe: 'owner/name, or the id of a GitLab project; default from the CI system' },
    'pull-request': { ...once, describe: 'Number of the pull or merge request; default from the CI system' },
    author: { ...once, describe: 'Login that the token writes as; default: asked for, else github-actions[bot]' },
    ...outputOptions,
  },
  run: async (args, console) => {
    const { commentFromArguments } = await import('../comment/comment-from-arguments.js');
    return commentFromArguments(args, console);
  },
});
