import type { GradedStudy } from '../../../domain/assessment.ts';
import { inferenceServerInWords } from '../../../domain/inference-server.ts';
import { NUMBERING_STATEMENT } from '../../../domain/level.ts';
import type { MeasuredSlice } from '../../../domain/measured-slice.ts';
import { inWords } from '../../../domain/remark.ts';
import type { Target } from '../../../domain/target.ts';
import { isFinal } from '../../../jobs/analysis-follower.ts';
import type { AnalysisRecord } from '../../../jobs/analysis-record.ts';
import type { ListedAnalysis } from '../../../jobs/ledger/list-analyses.ts';
import { doneNotice } from '../done-notice.ts';
import { actionButtons } from '../list/action-buttons.ts';
import { stateBadge } from '../list/state-badge.ts';
import { whySo } from '../list/why-so.ts';
import { age, durationWords, moment } from '../moments.ts';
import { pageOf } from '../page-layout.ts';
import { type Html, html } from '../render/html.ts';
import type { Viewer } from '../viewer.ts';
import { PRIORITY_WORDS, TRIGGER_WORDS } from '../words.ts';
import { findingsGrid } from './findings-grid.ts';
import { attemptsSection, objectsSection, revisionsSection } from './history-sections.ts';
import { labelsTable } from './labels-table.ts';
import { measuresSection } from './measures-section.ts';
import { regionPanel } from './region-panel.ts';
import { seriesSection } from './series-section.ts';
import { stagesSection } from './stages-section.ts';

export interface AnalysisPageParts {
  readonly viewer: Viewer;
  readonly record: AnalysisRecord;
  /** Of the same study, the newest first; whether there are more. */
  readonly others: readonly ListedAnalysis[];
  readonly hasMore: boolean;
  readonly chosen: Target | null;
  /** On which something was measured. */
  readonly slice: MeasuredSlice | null;
  readonly done: unknown;
  readonly now: Date;
}

/** All that is known of one analysis. */
export function analysisPage(parts: AnalysisPageParts): string {
  const { viewer, record, done } = parts;
  const { id } = record;
  const isOpen = !isFinal(record.state);
  const main = html`<p class="way"><a href="/">Analyses</a></p>
    ${doneNotice(done)}
    <div id="analysis" data-events=${isOpen ? `/analyses/${id}/events` : null}>
      ${isOpen && html`<span data-open="" hidden=${true}></span>`}
      ${head(parts)} ${results(parts)}
      <div class="columns">
        <div>
          ${stagesSection(record)} ${attemptsSection(record.failedAttempts)} ${seriesSection(record.series)}
        </div>
        <div>
          ${revisionsSection(id, parts.others, parts.hasMore)} ${objectsSection(record)} ${about(record)}
        </div>
      </div>
    </div>`;
  return pageOf({ title: `Analysis ${id.slice(0, 8)}`, section: 'analyses', viewer, main });
}

function head({ viewer, record, now }: AnalysisPageParts): Html {
  const { id, studyInstanceUid, state, priority, trigger, createdAt, finishedAt, note } = record;
  const why = whySo(record);
  return html`<section class="card head">
    <div class="heading">
      <h1><span class="eyebrow">Study</span> <span class="mono">${studyInstanceUid}</span></h1>
      ${viewer.may('analyze') && html`<div class="actions">${actionButtons(record, `/page/analyses/${id}`)}</div>`}
    </div>
    <dl class="row">
      <div><dt>State</dt><dd>${stateBadge(state)}</dd></div>
      <div><dt>Priority</dt><dd><span class=${`priority ${priority}`}>${PRIORITY_WORDS[priority]}</span></dd></div>
      <div><dt>Asked for by</dt><dd>${TRIGGER_WORDS[trigger]}</dd></div>
      <div><dt>Age</dt><dd>${age(createdAt, now)}</dd></div>
      ${finishedAt !== null && html`<div><dt>Took</dt><dd>${durationWords(finishedAt.getTime() - createdAt.getTime())}</dd></div>`}
      ${record.acknowledgedAt !== null && html`<div><dt>Acknowledged</dt><dd>${moment(record.acknowledgedAt)}</dd></div>`}
    </dl>
    ${why !== null && html`<div class=${`because ${state}`}>${why}</div>`}
    ${note !== null && html`<p class="note">“${note}”</p>`}
  </section>`;
}

function results({ record, chosen, slice }: AnalysisPageParts): Html | null {
  const { id, graded, objects } = record;
  if (graded === null) return null;
  const hasSummary = objects.some(({ kind }) => kind === 'SC');
  return html`<div>
    ${
      graded.warnings.length > 0 &&
      html`<section class="card warnings">
        <h2>Read with care</h2>
        <ul>${graded.warnings.map((warning) => html`<li>${inWords(warning)}</li>`)}</ul>
      </section>`
    }
    <div class="columns results">
      <section class="card">
        <h2>Findings</h2>
        ${graded.findings.length > 0 ? findingsGrid({ id, graded, chosen }) : html`<p class="faint">This model gives no grades.</p>`}
        <p class="legend faint">Per cent: how probable the grade is. Bar: Normal/Mild, Moderate, Severe. ${NUMBERING_STATEMENT}</p>
      </section>
      ${regionPanel(id, graded, chosen)}
    </div>
    ${measuresSection({ id, graded, chosen: slice })}
    ${labelsTable(graded.observations)}
    ${
      hasSummary &&
      html`<section class="card summary">
        <h2>Summary image</h2>
        <img class="picture" src=${`/analyses/${id}/summary.png`} loading="lazy"
          alt="Sagittal image with the levels that were found, the table of grades and the worst findings"
          data-otherwise="The summary image cannot be shown: the archive has it no more, or does not answer." />
      </section>`
    }
  </div>`;
}

function about({ id, studyInstanceUid, graded, createdAt, finishedAt, forced }: AnalysisRecord): Html {
  return html`<section class="card">
    <h2>About</h2>
    <dl class="facts">
      <dt>Analysis</dt><dd class="mono">${id}</dd>
      <dt>Asked for</dt><dd>${moment(createdAt)}</dd>
      ${finishedAt !== null && html`<dt>Ended</dt><dd>${moment(finishedAt)}</dd>`}
      ${forced && html`<dt>Revision</dt><dd>Composed anew although nothing had changed, as was asked for.</dd>`}
      ${graded !== null && html`<dt>Model</dt><dd>${graded.algorithm.name} ${graded.algorithm.version}, on ${graded.algorithm.executionProvider}${serverOf(graded.algorithm)}<br /><span class="mono">${graded.algorithm.packSha256}</span></dd>`}
      <dt>As data</dt>
      <dd>
        <a href=${`/analyses/${id}`}>JSON</a>${graded !== null && html`, <a href=${`/studies/${studyInstanceUid}/report`}>report of the study</a>`}
      </dd>
    </dl>
  </section>`;
}

/** Where networks of the pack ran on an inference server. */
function serverOf({ inferenceServer }: GradedStudy['algorithm']): string {
  return inferenceServer === undefined ? '' : `; ${inferenceServerInWords(inferenceServer).join('; ')}`;
}
