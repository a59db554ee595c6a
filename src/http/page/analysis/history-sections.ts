import type { AnalysisRecord, FailedAttempt } from '../../../jobs/analysis-record.ts';
import type { ListedAnalysis } from '../../../jobs/ledger/list-analyses.ts';
import { stateBadge } from '../list/state-badge.ts';
import { durationWords, moment } from '../moments.ts';
import { type Html, html } from '../render/html.ts';
import { STAGE_WORDS, TRIGGER_WORDS } from '../words.ts';

/** Attempts that came to nothing; null where none did. */
export function attemptsSection(attempts: readonly FailedAttempt[]): Html | null {
  if (attempts.length === 0) return null;
  return html`<section class="card">
    <h2>Attempts that failed</h2>
    <ol class="attempts">${attempts.map(ofAttempt)}</ol>
  </section>`;
}

export function ofAttempt({ attempt, startedAt, endedAt, failure }: FailedAttempt): Html {
  const { stage, code, reason } = failure;
  const began = startedAt === null ? null : new Date(startedAt);
  const ended = new Date(endedAt);
  return html`<li value=${attempt}>
    ${reason}${code !== null && html` <code>${code}</code>`}
    <p class="faint">
      ${stage !== null && `${STAGE_WORDS[stage]}, `}${moment(ended)}${began !== null && `, after ${durationWords(ended.getTime() - began.getTime())}`}
    </p>
  </li>`;
}

/** Analyses of the same study, the newest first, this one among them. */
export function revisionsSection(id: string, others: readonly ListedAnalysis[], hasMore: boolean): Html {
  return html`<section class="card">
    <h2>Analyses of this study</h2>
    <ul class="revisions">
      ${others.map(
        (each) => html`<li>
          ${stateBadge(each.state)}
          ${each.id === id ? html`<strong>This one</strong>` : html`<a href=${`/page/analyses/${each.id}`}>${moment(each.createdAt)}</a>`}
          <span class="faint">${TRIGGER_WORDS[each.trigger]}${each.note !== null && `: “${each.note}”`}</span>
        </li>`,
      )}
    </ul>
    ${hasMore && html`<p class="faint">And older ones.</p>`}
  </section>`;
}

/** What stands in the archive of it, and what it replaces. */
export function objectsSection({ objects, predecessors }: AnalysisRecord): Html | null {
  if (objects.length === 0 && predecessors.length === 0) return null;
  const KINDS: Readonly<Record<string, string>> = {
    SR: 'Structured report',
    SC: 'Summary image',
    KO: 'Key images',
    SEG: 'Segmentation',
  };
  return html`<section class="card">
    <h2>In the archive</h2>
    <dl class="facts">
      ${objects.map(
        ({ kind, sopInstanceUid, warning }) =>
          html`<dt>${KINDS[kind] ?? kind}</dt><dd><span class="mono">${sopInstanceUid}</span>${warning !== null && html`<p class="faint">Stored with a warning of the archive (${String(warning)}).</p>`}</dd>`,
      )}
      ${predecessors.length > 0 && html`<dt>Replaces</dt><dd>${predecessors.map(({ sopInstanceUid }) => html`<p class="mono">${sopInstanceUid}</p>`)}</dd>`}
    </dl>
  </section>`;
}
