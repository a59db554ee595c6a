import { CATALOGUE, type Code } from '../../../domain/catalogue.ts';
import { capitalised, codeOf, inWords } from '../../../domain/remark.ts';
import type { ListedAnalysis } from '../../../jobs/ledger/list-analyses.ts';
import { type Html, html } from '../render/html.ts';
import { STAGE_WORDS } from '../words.ts';

/** Why an analysis is as it is: what it waits for, does, or came to nothing by. Null where its state says it all. */
export function whySo(
  of: Pick<ListedAnalysis, 'state' | 'stage' | 'cancelRequested' | 'attempts' | 'failure' | 'reasons'>,
): Html | null {
  const { state, stage, failure, reasons } = of;
  if (state === 'ineligible') {
    return html`<ul class="plain">${reasons.map((reason) => said(capitalised(inWords(reason)), codeOf(reason)))}</ul>`;
  }
  if (of.cancelRequested) return html`<p>Ends at its next step: somebody has cancelled it.</p>`;
  if (state === 'running') {
    return html`<p>${stage === null ? 'Begins' : `Under way: ${STAGE_WORDS[stage].toLowerCase()}`}${of.attempts > 1 && `, attempt ${of.attempts}`}</p>`;
  }
  if (failure === null || (state !== 'queued' && state !== 'failed')) return null;
  const before = state === 'queued' && of.attempts > 0 ? `Tries again after attempt ${of.attempts}: ` : '';
  return html`<ul class="plain">${said(before + sentenceOf(failure), failure.code)}</ul>`;
}

/** What a failure is in the catalogue's words; its own reason where that has none. */
function sentenceOf({ code, reason }: NonNullable<ListedAnalysis['failure']>): string {
  return code === null ? capitalised(reason) : CATALOGUE[code].meaning;
}

function said(words: string, code: Code | null): Html {
  return html`<li>${words}${code !== null && html` <code>${code}</code>`}</li>`;
}
