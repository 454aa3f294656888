import { CairnError, type Value } from '@cairn/protocol/internal';
import { checkedSetting, type SettingName, type Settings } from './settings.ts';

const NAMES = ['slowQueryMs', 'auditLogins'] as const;
type ChangeableName = (typeof NAMES)[number];

/** The settings that may be changed while the server runs. */
export const CHANGEABLE_SETTINGS: ReadonlySet<SettingName> = new Set(NAMES);

/** Settings as they are now: as at the start, until somebody changes them; nothing of it outlives the process. */
export class ChangeableSettings {
  #values: Pick<Settings, ChangeableName>;

  constructor({ slowQueryMs, auditLogins }: Settings) {
    this.#values = { slowQueryMs, auditLogins };
  }

  get values(): Pick<Settings, ChangeableName> {
    return this.#values;
  }

  /** Answers the value in its checked form. @throws CairnError `invalid_argument` */
  set(name: string, value: Value): string | number {
    const changeable = NAMES.find((one) => one === name);
    if (changeable === undefined) {
      throw new CairnError(
        'invalid_argument',
        `'${name}' cannot be changed while the server runs: ${NAMES.join(', ')} can`,
      );
    }
    const checked = checkedSetting(changeable, value);
    this.#values = { ...this.#values, [changeable]: checked };
    return checked;
  }
}
