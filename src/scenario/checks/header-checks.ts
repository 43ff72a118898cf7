import { nameFault, repeatedNames, valueFault } from '../file/header-text.js';
import type { TreePath } from '../file/yaml-tree.js';
import type { Report, ScenarioParts } from './scenario-parts.js';

/** Header names and values that can be sent, of the target and of each tenant: what cannot would fail in our own HTTP client, with every call. */
export const checkHeaders = ({ target, tenants }: ScenarioParts, report: Report): void => {
  const check = (path: TreePath, headers: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(headers)) {
      const wrongName = nameFault(name);
      if (wrongName !== undefined)
        report([...path, name], wrongName.found, wrongName.accepted, { key: true, hint: wrongName.hint });
      const wrongValue = valueFault(value);
      if (wrongValue !== undefined) report([...path, name], wrongValue.found, wrongValue.accepted, { hint: wrongValue.hint });
    }
    for (const name of repeatedNames(Object.keys(headers)))
      report([...path, name], `the header ${name} a second time`, 'each header once; upper and lower case are the same', {
        key: true,
      });
  };
  if (target !== undefined) check(['target', 'headers'], target.value.headers);
  for (const { path, value } of tenants) check([...path, 'headers'], value.headers);
};
