import type { RocPoint } from '../measures/auroc.ts';
import type { ReliabilityBin } from '../measures/calibration.ts';
import { type Html, html } from './html.ts';

/** Side of the unit square, and the room for its labels, in SVG units. */
const SIDE = 220;
const MARGIN = { left: 44, bottom: 40, top: 8, right: 10 };
const TICKS = [0, 0.25, 0.5, 0.75, 1];

const x = (value: number) => round(MARGIN.left + value * SIDE);
const y = (value: number) => round(MARGIN.top + (1 - value) * SIDE);
const round = (value: number) => Math.round(value * 100) / 100;

/** Receiver operating characteristic of P(Moderate or worse) and of P(Severe). */
export function rocChart(
  title: string,
  curves: { readonly moderateOrWorse: readonly RocPoint[]; readonly severe: readonly RocPoint[] },
): Html {
  const path = (curve: readonly RocPoint[]) =>
    curve.map((point) => `${x(point.falsePositiveRate)},${y(point.truePositiveRate)}`).join(' ');
  return unitSquare(
    title,
    'false positive rate',
    'true positive rate',
    html`<polyline class="line first" points="${path(curves.moderateOrWorse)}"/>
<polyline class="line second" points="${path(curves.severe)}"/>`,
  );
}

/** What the two lines of rocChart are. */
export const ROC_KEY: Html = html`<p class="key"><svg width="34" height="10"><line class="line first" x1="0" x2="34" y1="5" y2="5"/></svg> Moderate or worse
<svg width="34" height="10"><line class="line second" x1="0" x2="34" y1="5" y2="5"/></svg> Severe</p>`;

/** Observed share against predicted probability; a dot's area grows with the count of its bin. */
export function reliabilityChart(title: string, bins: readonly ReliabilityBin[]): Html {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const path = bins.map((bin) => `${x(bin.meanPredicted)},${y(bin.observed)}`).join(' ');
  const dots = bins.map(
    ({ count, meanPredicted, observed }) =>
      html`<circle class="dot" cx="${x(meanPredicted)}" cy="${y(observed)}" r="${round(2 + 3 * Math.sqrt(count / most))}"><title>${count} predictions of ${meanPredicted.toFixed(3)} on average, ${observed.toFixed(3)} observed</title></circle>`,
  );
  return unitSquare(
    title,
    'predicted probability',
    'observed share',
    html`<polyline class="line first" points="${path}"/>${dots}`,
  );
}

function unitSquare(title: string, across: string, up: string, content: Html): Html {
  const width = MARGIN.left + SIDE + MARGIN.right;
  const height = MARGIN.top + SIDE + MARGIN.bottom;
  const grid = TICKS.map(
    (tick) => html`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${y(0)}" y2="${y(1)}"/>
<line class="grid" x1="${x(0)}" x2="${x(1)}" y1="${y(tick)}" y2="${y(tick)}"/>
<text text-anchor="middle" x="${x(tick)}" y="${y(0) + 14}">${tick}</text>
<text text-anchor="end" x="${x(0) - 5}" y="${y(tick) + 4}">${tick}</text>`,
  );
  const [middleX, middleY] = [x(0.5), y(0.5)];
  return html`<figure><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">
${grid}<line class="diagonal" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>${content}
<text text-anchor="middle" x="${middleX}" y="${height - 8}">${across}</text>
<text text-anchor="middle" transform="translate(11 ${middleY}) rotate(-90)">${up}</text></svg></figure>`;
}
