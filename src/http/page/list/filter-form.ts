import { CATALOGUE } from '../../../domain/catalogue.ts';
import { ANALYSIS_STATES } from '../../../jobs/analysis-record.ts';
import { PRIORITIES } from '../../../jobs/analysis-request.ts';
import { type Html, html } from '../render/html.ts';
import { PRIORITY_WORDS, STATE_WORDS, TRIGGER_WORDS } from '../words.ts';
import { type AskedList, listUrl } from './page-query.ts';

/** Codes that an analysis can have: why a study is not analysed, and what is wrong with a system. */
const CODES = Object.entries(CATALOGUE).flatMap(([code, { kind }]) =>
  kind === 'reason' || kind === 'fault' ? [code] : [],
);

/** What the list can be asked: a form that needs no script. */
export function filterForm(asked: AskedList): Html {
  const isAsked = listUrl(asked) !== '/';
  const beside = [
    asked.code,
    asked.priority,
    asked.trigger,
    asked.studyInstanceUid,
    asked.since,
    asked.until,
  ];
  const count = beside.filter((value) => value !== '').length;
  return html`<form class="filters" method="get" action="/" role="search" aria-label="Filter analyses">
    <fieldset class="chips">
      <legend class="unseen">State</legend>
      ${ANALYSIS_STATES.map(
        (state) => html`<label class="chip">
          <input type="checkbox" name="state" value=${state} checked=${asked.state.includes(state)} />
          <span>${STATE_WORDS[state]}</span>
        </label>`,
      )}
    </fieldset>
    <details class="more" open=${count > 0}>
      <summary>More filters${count > 0 && ` (${count})`}</summary>
      <div class="fields">
        ${choice(
          'priority',
          'Priority',
          asked.priority,
          PRIORITIES.map((each) => [each, PRIORITY_WORDS[each]]),
        )}
        ${choice('trigger', 'Asked for by', asked.trigger, Object.entries(TRIGGER_WORDS))}
        ${choice(
          'code',
          'Reason or fault',
          asked.code,
          CODES.map((code) => [code, code]),
        )}
        ${field('studyInstanceUid', 'Study Instance UID', asked.studyInstanceUid, 'text')}
        ${field('since', 'From (UTC)', asked.since, 'datetime-local')}
        ${field('until', 'Before (UTC)', asked.until, 'datetime-local')}
      </div>
    </details>
    <div class="buttons">
      <button>Filter</button>${isAsked && html`<a class="button quiet" href="/">Clear</a>`}
    </div>
  </form>`;
}

function choice(
  name: string,
  words: string,
  chosen: string,
  options: readonly (readonly [string, string])[],
): Html {
  return html`<label class="field">
    <span>${words}</span>
    <select name=${name}>
      <option value="">Any</option>
      ${options.map(([value, text]) => html`<option value=${value} selected=${value === chosen}>${text}</option>`)}
    </select>
  </label>`;
}

function field(name: string, words: string, value: string, type: string): Html {
  const shown = type === 'datetime-local' ? localMoment(value) : value;
  return html`<label class="field">
    <span>${words}</span>
    <input type=${type} name=${name} value=${shown} spellcheck="false" autocomplete="off" />
  </label>`;
}

/** As such a field has it: to the minute, without a zone. */
function localMoment(value: string): string {
  if (value === '') return '';
  const isZoned = /(?:Z|[+-]\d{2}:\d{2})$/.test(value);
  return new Date(isZoned ? value : `${value.includes('T') ? value : `${value}T00:00`}Z`)
    .toISOString()
    .slice(0, 16);
}
