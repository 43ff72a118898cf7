import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { command } from '../command.js';
import { outputOptions } from '../common-options.js';

export const faultsCommand = command({
  usage: 'faults <action>',
  describe: 'The fault recipes: what each does, reveals, and is not',
  examples: [
    ['$0 faults list', 'every recipe with its parameters'],
    ['$0 faults list --json', 'the same as JSON'],
  ],
  positionals: { action: { type: 'string', demandOption: true, describe: 'list' } },
  options: outputOptions,
  run: async (args, console) => {
    if (args.action !== 'list') {
      throw new PlimsollError(`faults ${args.action}: accepted: list`, EXIT.usage, { hint: 'plimsoll faults list' });
    }
    const [{ RECIPES }, { renderRecipes }] = await Promise.all([
      import('../../faults/recipe-catalogue.js'),
      import('../../faults/recipe-text.js'),
    ]);
    console.out(
      args.json
        ? JSON.stringify(
            RECIPES.map(({ steps: _, ...recipe }) => recipe),
            undefined,
            2,
          )
        : renderRecipes(RECIPES),
    );
    return EXIT.pass;
  },
});
