import type { ListedAnalysis } from '../../../jobs/ledger/list-analyses.ts';
import { age } from '../moments.ts';
import { type Html, html } from '../render/html.ts';
import { PRIORITY_WORDS, TRIGGER_WORDS } from '../words.ts';
import { actionButtons } from './action-buttons.ts';
import { stateBadge } from './state-badge.ts';
import { whySo } from './why-so.ts';
import { worstGrade } from './worst-grade.ts';

interface RowParts {
  readonly analysis: ListedAnalysis;
  readonly maySteer: boolean;
  readonly back: string;
  readonly now: Date;
}

/** Roles are said: on a phone the rows are laid out as cards, which takes the table's own away. */
export function analysisRow({ analysis, maySteer, back, now }: RowParts): Html {
  const { id, state, studyInstanceUid, priority, trigger, note, createdAt, grades } = analysis;
  const why = whySo(analysis);
  const hasWhy = why !== null || note !== null;
  return html`<tr role="row" class=${state}>
    <td role="cell" class="state">${stateBadge(state)}</td>
    <th role="rowheader" scope="row" class="study">
      <a href=${`/page/analyses/${id}`} title=${studyInstanceUid}>${shortUid(studyInstanceUid)}</a>
    </th>
    <td role="cell" class=${grades === null ? 'nothing' : 'result'}>${grades === null ? nothing() : worstGrade(grades.worst)}</td>
    <td role="cell" class=${hasWhy ? 'why' : 'nothing'}>
      ${why}${note !== null && html`<p class="note">“${note}”</p>`}${!hasWhy && nothing()}
    </td>
    <td role="cell"><span class=${`priority ${priority}`}>${PRIORITY_WORDS[priority]}</span></td>
    <td role="cell" class="faint">${TRIGGER_WORDS[trigger]}</td>
    <td role="cell" class="age">${age(createdAt, now)}</td>
    ${maySteer && html`<td role="cell" class="actions">${actionButtons(analysis, back)}</td>`}
  </tr>`;
}

const nothing = () => html`<span class="faint" aria-hidden="true">–</span>`;

/** As much as tells one from another beside each other. */
export function shortUid(uid: string): string {
  return uid.length <= 22 ? uid : `${uid.slice(0, 7)}…${uid.slice(-12)}`;
}
