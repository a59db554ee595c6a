import type { AnalysisState } from '../../../jobs/analysis-record.ts';
import { type Html, html } from '../render/html.ts';
import { STATE_WORDS } from '../words.ts';

/** A state by word and sign: colour alone tells nothing. */
const SIGNS: Readonly<Record<AnalysisState, string>> = {
  queued: '◷',
  running: '◔',
  stored: '✓',
  ineligible: '–',
  failed: '!',
  cancelled: '×',
};

export function stateBadge(state: AnalysisState): Html {
  return html`<span class=${`badge ${state}`}><span class="sign" aria-hidden="true">${SIGNS[state]}</span>${STATE_WORDS[state]}</span>`;
}
