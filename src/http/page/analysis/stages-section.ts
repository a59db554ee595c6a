import { STAGES, type Stage } from '../../../domain/stage.ts';
import type { AnalysisRecord } from '../../../jobs/analysis-record.ts';
import { durationWords } from '../moments.ts';
import { type Html, html } from '../render/html.ts';
import { STAGE_WORDS } from '../words.ts';

type Progress = 'done' | 'now' | 'broken' | 'open';

/** The way of the study, stage by stage, and how long each took. */
export function stagesSection(record: AnalysisRecord): Html {
  const longest = Math.max(1, ...Object.values(record.stagesMs));
  return html`<section class="card">
    <h2>Stages${record.attempts > 1 && ` of attempt ${record.attempts}`}</h2>
    <ol class="stages">
      ${STAGES.map((stage) => {
        const progress = progressOf(record, stage);
        const ms = record.stagesMs[stage];
        return html`<li class=${progress}>
          <span class="sign" aria-hidden="true">${SIGNS[progress]}</span>
          <span class="name">${STAGE_WORDS[stage]}<span class="unseen">: ${PROGRESS_WORDS[progress]}</span></span>
          <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <rect x="0" y="0" width=${((100 * (ms ?? 0)) / longest).toFixed(2)} height="6" />
          </svg>
          <span class="ms">${ms === undefined ? '' : durationWords(ms)}</span>
        </li>`;
      })}
    </ol>
  </section>`;
}

const SIGNS: Readonly<Record<Progress, string>> = { done: '✓', now: '◔', broken: '!', open: '·' };
const PROGRESS_WORDS: Readonly<Record<Progress, string>> = {
  done: 'done',
  now: 'under way',
  broken: 'where it ended',
  open: 'not begun',
};

function progressOf({ state, stage, stagesMs }: AnalysisRecord, each: Stage): Progress {
  if (each === stage && state === 'running') return 'now';
  if (each === stage && (state === 'failed' || state === 'cancelled')) return 'broken';
  return stagesMs[each] === undefined ? 'open' : 'done';
}
