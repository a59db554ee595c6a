import { type ConnectionSettings, connectionSettings } from './connection/connection-settings.ts';
import type { ProxySettings } from './connection/proxies.ts';
import { HOUR, MINUTE, SECOND } from './duration.ts';
import { serverRoot } from './server-root.ts';
import type { SettingReader } from './setting.ts';

/** A worklist of Unified Procedure Steps whose steps are performed here. */
export interface WorklistSettings extends ConnectionSettings {
  /** Base of its UPS-RS service, without credentials, query, fragment or a slash at the end. */
  readonly url: string;
  /** Steps of this Scheduled Workitem Code … */
  readonly code: WorklistCode | null;
  /** … of this Worklist Label … */
  readonly label: string | null;
  /** … and scheduled for this station; null: whatever it is. */
  readonly station: WorklistCode | null;
  /** As which it subscribes. */
  readonly aeTitle: string;
  readonly pollMs: number;
  readonly mostClaims: number;
  /** Whether it subscribes at all. */
  readonly subscribes: boolean;
  /** Whether the watcher makes a step of each study in place of an analysis. */
  readonly creates: boolean;
}

export interface WorklistCode {
  readonly value: string;
  readonly scheme: string;
}

/** Null where no worklist is named. Every other setting is read all the same, so that none is misspelt unseen. */
export function worklistSettings(
  settings: SettingReader,
  proxies: ProxySettings | null,
): WorklistSettings | null {
  const url = serverRoot(settings, 'WORKLIST_URL', {
    such: 'the base of the UPS-RS service',
    otherwise: 'WORKLIST_USERNAME and WORKLIST_PASSWORD, or WORKLIST_TOKEN',
  });
  const read = {
    ...connectionSettings(settings, 'WORKLIST', proxies),
    code: code(settings, 'WORKLIST_WORKITEM_CODE'),
    label: settings.text('WORKLIST_LABEL', null),
    station: code(settings, 'WORKLIST_STATION'),
    aeTitle: aeTitle(settings),
    pollMs: settings.integer('WORKLIST_POLL_MS', 10 * SECOND, 100, HOUR),
    mostClaims: settings.integer('WORKLIST_MOST_CLAIMS', 4, 1, 1_000),
    subscribes: settings.flag('WORKLIST_SUBSCRIBE', true),
    creates: settings.flag('WORKLIST_CREATE', false),
  };
  if (url === null && read.creates) settings.problems.push('WORKLIST_CREATE needs WORKLIST_URL');
  if (url === null) return null;
  if (read.code === null && read.label === null && read.station === null) {
    settings.problems.push(
      'WORKLIST_URL needs WORKLIST_WORKITEM_CODE, WORKLIST_LABEL or WORKLIST_STATION: which steps are for this service',
    );
  }
  return { url, ...read };
}

/** How long a worklist may be silent. */
export const WORKLIST_TIMEOUT_MS = MINUTE;

/** `VALUE^SCHEME`, as HL7 writes codes. */
function code(settings: SettingReader, name: string): WorklistCode | null {
  const text = settings.text(name, null);
  if (text === null) return null;
  const [value = '', scheme = '', ...more] = text.split('^').map((part) => part.trim());
  if (value === '' || scheme === '' || more.length > 0) {
    settings.problems.push(`${name} must be a code and its scheme, such as GRADE-LUMBAR^99HOSPITAL`);
    return null;
  }
  return { value, scheme };
}

/** VR AE (PS3.5 6.2). */
function aeTitle(settings: SettingReader): string {
  const text = settings.text('WORKLIST_AE_TITLE', 'SPINEGRADE');
  if (!/^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(text)) {
    settings.problems.push(
      'WORKLIST_AE_TITLE must be 1 to 16 printable characters, none of them a backslash',
    );
  }
  return text;
}
