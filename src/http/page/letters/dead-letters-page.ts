import type { ListedAnalysis } from '../../../jobs/ledger/list-analyses.ts';
import { deadLetter } from '../../analyses/following/listed-representation.ts';
import { ofAttempt } from '../analysis/history-sections.ts';
import { doneNotice } from '../done-notice.ts';
import { actionButtons } from '../list/action-buttons.ts';
import { shortUid } from '../list/analysis-row.ts';
import { whySo } from '../list/why-so.ts';
import { age } from '../moments.ts';
import { pageOf } from '../page-layout.ts';
import { type Html, html } from '../render/html.ts';
import type { Viewer } from '../viewer.ts';
import { PRIORITY_WORDS, STAGE_WORDS } from '../words.ts';

export interface DeadLettersParts {
  readonly viewer: Viewer;
  readonly letters: readonly ListedAnalysis[];
  /** Whether those are among them that somebody took note of. */
  readonly withSeen: boolean;
  /** Address of the next page; null on the last. */
  readonly next: string | null;
  readonly here: string;
  readonly done: unknown;
  readonly now: Date;
}

export const deadLettersUrl = (withSeen: boolean, cursor = ''): string => {
  const query = new URLSearchParams({ ...(withSeen && { acknowledged: 'true' }), ...(cursor && { cursor }) });
  return `/page/dead-letters${query.size === 0 ? '' : `?${query}`}`;
};

/** What failed, and nobody has asked for since: for whoever looks after it. */
export function deadLettersPage(parts: DeadLettersParts): string {
  const { viewer, letters, withSeen, next, done } = parts;
  const main = html`<div class="heading">
      <h1>Dead letters</h1>
      <p class="faint">Failed, not asked for again since.</p>
    </div>
    ${doneNotice(done)}
    <nav class="tabs" aria-label="Which dead letters">
      <a href=${deadLettersUrl(false)} aria-current=${withSeen ? null : 'page'}>Not looked at</a>
      <a href=${deadLettersUrl(true)} aria-current=${withSeen ? 'page' : null}>All</a>
    </nav>
    ${letters.length === 0 ? nothing(withSeen) : html`<ul class="letters">${letters.map((letter) => ofLetter(letter, parts))}</ul>`}
    ${next !== null && html`<nav class="pages" aria-label="Pages"><a class="button" rel="next" href=${next}>Older</a></nav>`}`;
  return pageOf({ title: 'Dead letters', section: 'dead-letters', viewer, main });
}

function nothing(withSeen: boolean): Html {
  return html`<div class="empty">
    <p>${withSeen ? 'Nothing has failed for good.' : 'Nothing that nobody has looked at.'}</p>
    <p class="faint">What fails for good stands here, with its attempts and the section of the runbook.</p>
  </div>`;
}

function ofLetter(letter: ListedAnalysis, { viewer, here, now }: DeadLettersParts): Html {
  const { id, studyInstanceUid, failure, finishedAt, updatedAt, acknowledgedAt, priority, failedAttempts } =
    letter;
  const { runbook, retryable } = deadLetter(letter);
  return html`<li class="card failed">
    <div class="heading">
      <h2><a class="mono" href=${`/page/analyses/${id}`} title=${studyInstanceUid}>${shortUid(studyInstanceUid)}</a></h2>
      <p class="faint">${age(finishedAt ?? updatedAt, now)} ago</p>
    </div>
    <div class="because failed">${whySo(letter)}</div>
    <dl class="row">
      <div><dt>Stage</dt><dd>${failure?.stage == null ? 'none' : STAGE_WORDS[failure.stage]}</dd></div>
      <div><dt>Priority</dt><dd>${PRIORITY_WORDS[priority]}</dd></div>
      <div><dt>Retrying can help</dt><dd>${retryable ? 'Yes' : 'Not by itself'}</dd></div>
      <div><dt>Runbook</dt><dd><code>${runbook}</code></dd></div>
      ${acknowledgedAt !== null && html`<div><dt>Acknowledged</dt><dd>${age(acknowledgedAt, now)} ago</dd></div>`}
    </dl>
    ${failedAttempts.length > 0 && html`<details><summary>Attempts (${failedAttempts.length})</summary><ol class="attempts">${failedAttempts.map(ofAttempt)}</ol></details>`}
    ${viewer.may('analyze') && html`<div class="actions">${actionButtons(letter, here)}</div>`}
  </li>`;
}
