import { type CallbackRules, NO_CALLBACKS, parseCallbackRules } from '../callbacks/callback-rules.ts';
import type { SettingReader } from './setting.ts';

/** Whom the service tells of analyses that have ended. */
export interface CallbackSettings {
  /** As they are now. What a file came to hold is heeded once it is without a problem; until then what it held. */
  rules(): CallbackRules;
}

const NOBODY: CallbackSettings = { rules: () => NO_CALLBACKS };

/** The rules of CALLBACKS; those of a file are read again when it changes: so secrets are renewed while the service runs. */
export function callbackSettings(settings: SettingReader): CallbackSettings {
  const setting = settings.secret('CALLBACKS');
  if (setting === null) return NOBODY;
  let text = setting.reveal();
  const parsed = parseCallbackRules(text);
  if (parsed.kind === 'problems') {
    settings.problems.push(...parsed.problems.map((problem) => `CALLBACKS: ${problem}`));
    return NOBODY;
  }
  let { rules } = parsed;
  return {
    rules() {
      const now = setting.reveal();
      if (now === text) return rules;
      text = now;
      const anew = parseCallbackRules(now);
      if (anew.kind === 'rules') rules = anew.rules;
      return rules;
    },
  };
}
