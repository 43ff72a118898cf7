/** Whitespace-separated list of words. */
const listed = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Verbs that change something, and are seldom the name of a thing that is read. They count in every form. */
const CHANGES = listed(`
  acknowledge ack acquire activate add alter append approve assign ban buy cancel configure consume create deactivate decrement decr delete
  deploy dequeue destroy detach disable discard dispatch drain drop edit enable enqueue erase evict exec execute expire expunge flush
  generate hide impersonate increment incr ingest inject insert install invalidate invoke kill launch lock modify mutate notify overwrite
  pause persist pop provision publish purchase purge push reboot rebuild redeem refund register reject remove rename reopen replace requeue
  reschedule reserve reset restart restore resume revert revoke rewrite rollback save send shutdown spawn submit suspend swap sync
  synchronize terminate toggle touch transition trash trim truncate unassign undeploy undo uninstall unlock unset unsubscribe update upload
  upsert vacuum vote wipe withdraw write
`);

/** Verbs that are as often the name of a thing (a commit, a set, a release): they count as an order, not as a noun. */
const ORDERS = listed(`
  apply archive block book charge claim clean clear clone close comment commit copy deposit export extend fork grant import issue label
  log mark merge migrate move open order patch pay pin place post process put release run schedule set sign start stop store subscribe
  tag trade transfer trigger unmark
`);

/** Those whose form in -s is mostly a plural: it is a verb before an article (`orders a pizza`), and else a list of things. */
const PLURALS = new Set(
  listed(
    'blocks books claims comments commits forks issues labels logs orders places posts releases schedules stores tags trades',
  ),
);
const ARTICLES = new Set(listed('a an the this that one its your new all'));

/** Those of them that count in the name of a tool wherever they stand, in their plain form: `get_set`, `list_move`. */
const ORDERS_IN_NAMES = new Set(
  listed(
    'apply clean clear clone close copy import mark merge migrate move patch pay place put run set start stop store trigger unmark',
  ),
);

/** What an argument of a tool is called that decides what it does: its value may be a change. */
const KEYS_OF_CHANGE = new Set(
  listed('body cmd command confirm confirmation cypher dry eval force method mutation payload script set shell sql statement'),
);

/** Nouns and adjectives that speak of a change. */
const OTHERS = listed('deletion destructive irreversible mutation removal unrecoverable');

/** Forms that no rule gives. */
const IRREGULAR: Readonly<Record<string, string>> = {
  bought: 'buy',
  expiry: 'expire',
  hidden: 'hide',
  overwritten: 'overwrite',
  overwrote: 'overwrite',
  rewritten: 'rewrite',
  rewrote: 'rewrite',
  sent: 'send',
  undid: 'undo',
  undone: 'undo',
  withdrawn: 'withdraw',
  withdrew: 'withdraw',
  written: 'write',
  wrote: 'write',
};

/** A word that a tool was given, in one case, and whether it ends like a participle (`created`), which names a state as often as a change. */
const PARTICIPLE = /(ed|sent|written|hidden)$/;

/** Written together with others: `createifmissing`, `getanddelete`. */
const GLUED = /(?:delete|overwrite|create|remove|destroy|truncate|upsert|purge|erase|dryrun|insert|update)(?!d)/;

/** Present forms alone: what a sentence says that a tool does. */
const presentForms = (verb: string): readonly string[] => {
  if (/[^aeiou]y$/.test(verb)) return [verb, `${verb.slice(0, -1)}ies`, `${verb}ing`];
  if (/(s|x|z|ch|sh|o)$/.test(verb)) return [verb, `${verb}es`, `${verb}ing`, `${verb}${verb.at(-1)}ing`];
  const stem = verb.replace(/e$/, '');
  return [verb, `${verb}s`, `${stem}ing`, ...(/[^aeiouw][aeiou][^aeiouwy]$/.test(verb) ? [`${verb}${verb.at(-1)}ing`] : [])];
};

const pastForms = (verb: string): readonly string[] => {
  if (/[^aeiou]y$/.test(verb)) return [`${verb.slice(0, -1)}ied`];
  if (verb.endsWith('e')) return [`${verb}d`];
  return [`${verb}ed`, ...(/[aeiou][^aeiouwy]$/.test(verb) ? [`${verb}${verb.at(-1)}ed`] : [])];
};

const CHANGE_FORMS: ReadonlySet<string> = new Set([
  ...CHANGES.flatMap((verb) => [...presentForms(verb), ...pastForms(verb)]),
  ...Object.keys(IRREGULAR),
  ...OTHERS,
]);
const ORDER_FORMS: ReadonlySet<string> = new Set(ORDERS.flatMap((verb) => presentForms(verb)));
const PLAIN_ORDERS: ReadonlySet<string> = new Set(ORDERS);

/** After these a verb is what is done: `get and set`, `used to run`. */
const BEFORE_AN_ORDER = new Set([
  'and',
  'or',
  'then',
  'to',
  'will',
  'can',
  'may',
  'also',
  'it',
  'tool',
  'which',
  'that',
  'not',
  'with',
]);

/** The words of an identifier, in small letters: `getAndDelete`, `get-and-delete` and `GET_AND_DELETE` are the same three. */
export function wordsOfName(name: string): readonly string[] {
  return (
    name
      .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
      .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
      .toLowerCase()
      .match(/\p{L}+/gu) ?? []
  );
}

/** The first word of a tool's name that speaks of a change. */
export function changeInName(name: string): string | undefined {
  const words = wordsOfName(name);
  return words.find(
    (word, at) =>
      CHANGE_FORMS.has(word) ||
      ORDERS_IN_NAMES.has(word) ||
      (PLAIN_ORDERS.has(word) && BEFORE_AN_ORDER.has(words[at - 1] ?? '')) ||
      GLUED.test(word),
  );
}

/** The same for the name of an argument: a participle is a state there (`created_after`, `includeDeleted`). */
export function changeInKey(key: string): string | undefined {
  const words = wordsOfName(key);
  return words.find(
    (word) =>
      KEYS_OF_CHANGE.has(word) ||
      (CHANGE_FORMS.has(word) && !PARTICIPLE.test(word)) ||
      (GLUED.test(word) && !PARTICIPLE.test(word)),
  );
}

/** The first word of a description that speaks of a change. */
export function changeInText(text: string): string | undefined {
  for (const clause of text.split(/[.;:!?,()\n•]+|\s[-–—]\s|^\s*[-*]\s/mu)) {
    const words = wordsOfName(clause);
    const found = words.find(
      (word, at) =>
        CHANGE_FORMS.has(word) ||
        (ORDER_FORMS.has(word) &&
          (at === 0 || BEFORE_AN_ORDER.has(words[at - 1] ?? '')) &&
          (!PLURALS.has(word) || ARTICLES.has(words[at + 1] ?? ''))),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
