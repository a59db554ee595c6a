import type { AnalysisState } from '../../../jobs/analysis-record.ts';
import { type Html, html } from '../render/html.ts';

export const ACTIONS = ['retry', 'cancel', 'acknowledge'] as const;
export type Action = (typeof ACTIONS)[number];

const WORDS: Readonly<Record<Action, string>> = {
  retry: 'Retry',
  cancel: 'Cancel',
  acknowledge: 'Acknowledge',
};

interface Steerable {
  readonly id: string;
  readonly studyInstanceUid: string;
  readonly state: AnalysisState;
  readonly attempts: number;
  readonly cancelRequested: boolean;
  readonly acknowledgedAt: Date | null;
}

/** What can be done about an analysis by whoever may. @param back where to go afterwards */
export function actionButtons(of: Steerable, back: string): readonly Html[] {
  return possible(of).map(
    (action) => html`<form method="post" action=${`/page/analyses/${of.id}/${action}`}>
      <input type="hidden" name="back" value=${back} />
      <button class=${action === 'cancel' ? 'small danger' : 'small'}>
        ${WORDS[action]}<span class="unseen"> analysis of study ${of.studyInstanceUid}</span>
      </button>
    </form>`,
  );
}

function possible({ state, attempts, cancelRequested, acknowledgedAt }: Steerable): readonly Action[] {
  switch (state) {
    case 'queued':
      return attempts > 0 ? ['retry', 'cancel'] : ['cancel'];
    case 'running':
      return cancelRequested ? [] : ['cancel'];
    case 'failed':
      return acknowledgedAt === null ? ['retry', 'acknowledge'] : ['retry'];
    case 'ineligible':
    case 'cancelled':
      return ['retry'];
    case 'stored':
      return [];
  }
}
