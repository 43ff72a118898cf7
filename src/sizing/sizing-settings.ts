import type { SizingFigures } from '../result/sizing-figures.js';
import { type CapacitySettings, capacitySettings } from '../scenario/capacity-settings.js';
import { SIZING_INPUTS, type SizingInputRow } from './sizing-input-table.js';

type Setting = number | string | undefined;
type Values = Record<string, unknown>;

/** A setting by its name below `capacity`, in the unit of the grammar. */
export const settingAt = (settings: CapacitySettings, name: string): Setting =>
  name.split('.').reduce<unknown>((at, part) => (at as Values | undefined)?.[part], settings) as Setting;

/** What one unit of the question is in the grammar: durations are in milliseconds there, sizes in bytes. */
const inGrammar = (unit: string): number => (unit === 's' ? 1000 : unit === 'MB' ? 2 ** 20 : 1);

/** A setting in the unit of the question. */
export const valueOfSetting = ({ unit }: SizingInputRow, set: number | string): number | string =>
  typeof set === 'number' ? set / inGrammar(unit) : set;

const settingOfValue = ({ unit }: SizingInputRow, value: number | string): number | string =>
  typeof value === 'number' ? value * inGrammar(unit) : value;

/** The settings that a sizing was made from: what was measured or a default is left to be found again. */
export function settingsOfSizing({ question, inputs }: Pick<SizingFigures, 'question' | 'inputs'>): CapacitySettings {
  // A state that was asked for with nothing but defaults was asked for all the same.
  const asked = capacitySettings({
    ...(question.rolling === null ? {} : { rolling: {} }),
    ...(question.autoscaling === null ? {} : { autoscaling: {} }),
  });
  const rows = new Map<string, SizingInputRow>(SIZING_INPUTS.map((row) => [row.name, row]));
  return inputs.reduce((settings, { name, value, source }) => {
    const row = rows.get(name);
    return row === undefined || source !== 'given' || value === null
      ? settings
      : withSetting(settings, name, settingOfValue(row, value));
  }, asked);
}

/** Settings with those of others that were given in their place; a group that they lack comes whole. */
export function withGiven(settings: CapacitySettings, others: CapacitySettings): CapacitySettings {
  let changed = settings;
  for (const name of others.given) {
    const group = name.split('.')[0] as keyof CapacitySettings;
    if (changed[group] === undefined) changed = { ...changed, [group]: others[group] };
    changed = withSetting(changed, name, settingAt(others, name));
  }
  return changed;
}

function withSetting(settings: CapacitySettings, name: string, value: Setting): CapacitySettings {
  const [first = '', second] = name.split('.');
  const group = (settings as unknown as Values)[first] as Values;
  return { ...settings, [first]: second === undefined ? value : { ...group, [second]: value }, given: [...settings.given, name] };
}
