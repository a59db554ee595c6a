import type { Delivery, DeliveryState } from '../../../callbacks/delivery.ts';
import { doneNotice } from '../done-notice.ts';
import { shortUid } from '../list/analysis-row.ts';
import { age } from '../moments.ts';
import { pageOf } from '../page-layout.ts';
import { type Html, html } from '../render/html.ts';
import type { Viewer } from '../viewer.ts';

export interface DeliveriesPageParts {
  readonly viewer: Viewer;
  readonly deliveries: readonly Delivery[];
  readonly state: DeliveryState | null;
  readonly next: string | null;
  readonly here: string;
  readonly done: unknown;
  readonly now: Date;
}

const STATES: readonly (readonly [DeliveryState | null, string])[] = [
  ['failed', 'Failed'],
  ['waiting', 'Waiting'],
  ['delivered', 'Delivered'],
  [null, 'All'],
];
/** Classes of the badges are those of analyses. */
const BADGES: Readonly<Record<DeliveryState, readonly [string, string, string]>> = {
  failed: ['failed', '!', 'Failed'],
  waiting: ['queued', '◷', 'Waiting'],
  delivered: ['stored', '✓', 'Delivered'],
};

export const deliveriesUrl = (state: DeliveryState | null, after = ''): string => {
  const query = new URLSearchParams({ state: state ?? 'all', ...(after && { after }) });
  return `/page/deliveries?${query}`;
};

/** Who was told of an analysis that has ended, and who could not be. */
export function deliveriesPage(parts: DeliveriesPageParts): string {
  const { viewer, deliveries, state, next, done } = parts;
  const main = html`<div class="heading">
      <h1>Callbacks</h1>
      <p class="faint">What receivers are told of analyses that have ended.</p>
    </div>
    ${doneNotice(done)}
    <nav class="tabs" aria-label="Which callbacks">
      ${STATES.map(([each, words]) => html`<a href=${deliveriesUrl(each)} aria-current=${each === state ? 'page' : null}>${words}</a>`)}
    </nav>
    ${
      deliveries.length === 0
        ? html`<div class="empty"><p>None here.</p><p class="faint">Callbacks are sent where the settings or a request name a receiver.</p></div>`
        : html`<ul class="letters">${deliveries.map((each) => ofDelivery(each, parts))}</ul>`
    }
    ${next !== null && html`<nav class="pages" aria-label="Pages"><a class="button" rel="next" href=${next}>Older</a></nav>`}`;
  return pageOf({ title: 'Callbacks', section: 'callbacks', viewer, main });
}

function ofDelivery(of: Delivery, { viewer, here, now }: DeliveriesPageParts): Html {
  const [kind, sign, words] = BADGES[of.state];
  // Its query may hold what only the receiver is to know.
  const { origin, pathname } = new URL(of.url);
  return html`<li class=${`card ${kind}`}>
    <div class="heading">
      <h2><span class=${`badge ${kind}`}><span class="sign" aria-hidden="true">${sign}</span>${words}</span> <span class="mono">${origin}${pathname}</span></h2>
      <p class="faint">${age(of.createdAt, now)}</p>
    </div>
    <dl class="row">
      <div><dt>Of study</dt><dd><a class="mono" href=${`/page/analyses/${of.analysisId}`} title=${of.studyInstanceUid}>${shortUid(of.studyInstanceUid)}</a></dd></div>
      <div><dt>Says</dt><dd><code>${of.type}</code></dd></div>
      <div><dt>Attempts</dt><dd>${of.attempts}</dd></div>
      ${of.status !== null && html`<div><dt>Answer</dt><dd>HTTP ${of.status}</dd></div>`}
      ${of.fault !== null && html`<div><dt>Fault</dt><dd><code>${of.fault}</code></dd></div>`}
    </dl>
    ${
      viewer.may('analyze') &&
      of.state !== 'waiting' &&
      html`<form method="post" class="actions" action=${`/page/deliveries/${of.id}/replay`}>
        <input type="hidden" name="back" value=${here} />
        <button class="small">Send again<span class="unseen"> to ${origin}${pathname}, of study ${of.studyInstanceUid}</span></button>
      </form>`
    }
  </li>`;
}
