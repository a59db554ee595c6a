import { type CallbackRules, NO_CALLBACKS, parseCallbackRules } from '../callbacks/callback-rules.ts';
import type { SettingReader } from './setting.ts';

/** Whom the service tells of analyses that have ended. */
export interface CallbackSettings {
  /** As the file has them now. What it came to hold is heeded once it is without a problem; until then what it held. */
  rules(): CallbackRules;
}

/** The rules of CALLBACKS_FILE, read again when it changes: so secrets are renewed while the service runs. */
export function callbackSettings(settings: SettingReader): CallbackSettings {
  const file = settings.secretFile('CALLBACKS_FILE');
  if (file === null) return { rules: () => NO_CALLBACKS };
  let text = file.reveal();
  const parsed = parseCallbackRules(text);
  if (parsed.kind === 'problems') {
    settings.problems.push(...parsed.problems.map((problem) => `CALLBACKS_FILE: ${problem}`));
    return { rules: () => NO_CALLBACKS };
  }
  let { rules } = parsed;
  return {
    rules() {
      const now = file.reveal();
      if (now === text) return rules;
      text = now;
      const anew = parseCallbackRules(now);
      if (anew.kind === 'rules') rules = anew.rules;
      return rules;
    },
  };
}
