import type { AnalysisStats } from '../../../jobs/ledger/count-analyses.ts';
import type { ListedAnalysis } from '../../../jobs/ledger/list-analyses.ts';
import type { ReadinessChecks } from '../../operations/operations-routes.ts';
import { doneNotice } from '../done-notice.ts';
import { durationWords } from '../moments.ts';
import { pageOf } from '../page-layout.ts';
import { type Html, html } from '../render/html.ts';
import type { Viewer } from '../viewer.ts';
import { STATE_WORDS } from '../words.ts';
import { analysisRow } from './analysis-row.ts';
import { filterForm } from './filter-form.ts';
import { type AskedList, listUrl } from './page-query.ts';

export interface ListPageParts {
  readonly viewer: Viewer;
  readonly asked: AskedList;
  readonly analyses: readonly ListedAnalysis[];
  /** Of the next page; null on the last. */
  readonly next: string | null;
  /** Whether what is shown is the first page, which is the one that changes. */
  readonly isFirst: boolean;
  readonly stats: AnalysisStats;
  readonly readiness: ReadinessChecks;
  readonly done: unknown;
  /** The address of this very page. */
  readonly here: string;
  readonly now: Date;
}

const COLUMNS = ['State', 'Study', 'Worst finding', 'Why', 'Priority', 'Asked by', 'Age'] as const;

/** What came in, the newest first. */
export function listPage(parts: ListPageParts): string {
  const { viewer, asked, isFirst, stats, readiness, done } = parts;
  const main = html`<div class="heading">
      <h1>Analyses</h1>
      ${isFirst && html`<p class="live faint" data-live-said="">As of ${parts.now.toISOString().slice(11, 19)} UTC</p>`}
    </div>
    ${doneNotice(done)}
    <div id="work" data-live=${isFirst ? '5' : null} data-parts="work list">${troubles(readiness)} ${counts(stats)}</div>
    ${filterForm(asked)}
    <div id="list">${parts.analyses.length === 0 ? empty(asked) : table(parts)}</div>
    ${pages(parts)}`;
  return pageOf({ title: 'Analyses', section: 'analyses', viewer, main });
}

function troubles(checks: ReadinessChecks): readonly Html[] {
  const names = {
    database: 'Database',
    archive: 'Archive',
    modelPack: 'Model pack',
    watcher: 'Watcher',
  } as const;
  return (Object.keys(names) as (keyof typeof names)[])
    .filter((part) => !checks[part].ok)
    .map(
      (part) =>
        html`<p class="notice bad">${names[part]}: ${checks[part].detail ?? 'is away'}.${part === 'archive' && ' What waits is taken up again by itself once it answers.'}</p>`,
    );
}

/** How the work stands: of what has ended, in the last day. */
function counts({ byState, oldestQueuedSeconds }: AnalysisStats): Html {
  const shown = ['queued', 'running', 'stored', 'ineligible', 'failed'] as const;
  return html`<ul class="counts" aria-label="How the work stands">
    ${shown.map(
      (state) => html`<li class=${(byState[state] ?? 0) === 0 ? 'none' : state}>
        <a href=${`/?state=${state}`}><strong>${byState[state] ?? 0}</strong> <span>${STATE_WORDS[state]}</span></a>
        <small class="faint">${state === 'queued' || state === 'running' ? openWords(state, oldestQueuedSeconds) : 'last 24 hours'}</small>
      </li>`,
    )}
  </ul>`;
}

function openWords(state: 'queued' | 'running', oldestSeconds: number | null): string {
  return state === 'queued' && (oldestSeconds ?? 0) > 0
    ? `for up to ${durationWords(1000 * (oldestSeconds ?? 0))}`
    : 'now';
}

function table({ viewer, analyses, here, now }: ListPageParts): Html {
  const maySteer = viewer.may('analyze');
  const columns = maySteer ? [...COLUMNS, 'Actions'] : COLUMNS;
  return html`<table class="list" role="table" aria-label="Analyses, the newest first">
    <thead role="rowgroup">
      <tr role="row">${columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr>
    </thead>
    <tbody role="rowgroup">
      ${analyses.map((analysis) => analysisRow({ analysis, maySteer, back: here, now }))}
    </tbody>
  </table>`;
}

function empty(asked: AskedList): Html {
  return listUrl(asked) === '/'
    ? html`<div class="empty"><p>Nothing has come in yet.</p><p class="faint">Studies appear here as soon as the watcher finds them in the archive, or somebody asks for one.</p></div>`
    : html`<div class="empty"><p>No analysis fits this filter.</p><p><a class="button quiet" href="/">Show all</a></p></div>`;
}

function pages({ asked, next, isFirst }: ListPageParts): Html | null {
  if (next === null && isFirst) return null;
  return html`<nav class="pages" aria-label="Pages">
    ${!isFirst && html`<a class="button quiet" href=${listUrl(asked)}>To the newest</a>`}
    ${next !== null && html`<a class="button" rel="next" href=${listUrl(asked, { cursor: next })}>Older</a>`}
  </nav>`;
}
