import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { command, outputOptions } from '../command.js';

export const faultsCommand = command({
  usage: 'faults <action> [run]',
  describe: 'List the fault recipes, or clean up after a run that could not',
  examples: [
    ['$0 faults list', 'every recipe with its parameters'],
    ['$0 faults list --json', 'the same as JSON'],
    ['$0 faults clean', 'remove what runs below reports/ left in a Toxiproxy, and nothing else'],
  ],
  positionals: {
    action: { type: 'string', demandOption: true, describe: 'list, or clean' },
    run: { type: 'string', describe: 'clean: a run folder (default: all below reports/)' },
  },
  options: outputOptions,
  run: async (args, console) => {
    if (args.action === 'clean') {
      const { cleanFromArguments } = await import('../clean-from-arguments.js');
      return cleanFromArguments(args.run, console, args.json === true);
    }
    if (args.action !== 'list') {
      throw new PlimsollError(`faults ${args.action}: accepted: list, clean`, 'usage', { hint: 'plimsoll faults list' });
    }
    const [{ RECIPES }, { renderRecipes }] = await Promise.all([
      import('../../scenario/faults/recipe-catalogue.js'),
      import('../../scenario/faults/recipe-text.js'),
    ]);
    if (args.json) console.json(RECIPES.map(({ steps: _, ...recipe }) => recipe));
    else console.document(renderRecipes(RECIPES));
    return EXIT.pass;
  },
});
