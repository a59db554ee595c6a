import type { GradedStudy } from '../../../domain/assessment.ts';
import { CATALOGUE } from '../../../domain/catalogue.ts';
import { LEVELS, type Level } from '../../../domain/level.ts';
import type { MeasuredSlice } from '../../../domain/measured-slice.ts';
import { isMeasured, MEASURES, type Measure, type Measurement, UNIT } from '../../../domain/measurement.ts';
import { type Html, html } from '../render/html.ts';
import { sliceQuery } from './chosen-target.ts';

const WORDS: Readonly<Record<Measure, string>> = {
  'canal-diameter': 'Canal, front to back',
  'sac-diameter': 'Dural sac, front to back',
  'sac-area': 'Dural sac, cross-section',
  'disc-height': 'Disc height',
  slip: 'Slip',
};

interface MeasuresParts {
  readonly id: string;
  readonly graded: GradedStudy;
  readonly chosen: MeasuredSlice | null;
}

/** What was measured of each level, how and where; each leads to its slice. Null where the model measures nothing. */
export function measuresSection({ id, graded, chosen }: MeasuresParts): Html | null {
  const { measurements = [] } = graded;
  if (measurements.length === 0) return null;
  const cell = (level: Level, measure: Measure) => {
    const found = measurements.find((each) => each.level === level && each.measure === measure);
    return found === undefined ? html`<td class="faint">–</td>` : measureCell(id, found, chosen);
  };
  const why = [...new Set(measurements.flatMap((each) => (isMeasured(each) ? [] : [each.absent])))];
  return html`<div class="columns results">
    <section class="card">
      <h2>Lengths and areas</h2>
      <div class="scroll" role="region" aria-label="Lengths and areas by level" tabindex="0">
        <table class="plain-table measures">
          <thead><tr><th scope="col">Level</th>${MEASURES.map((measure) => html`<th scope="col">${WORDS[measure]}</th>`)}</tr></thead>
          <tbody>${LEVELS.map((level) => html`<tr><th scope="row">${level}</th>${MEASURES.map((measure) => cell(level, measure))}</tr>`)}</tbody>
        </table>
      </div>
      <p class="legend faint">
        Measured on outlines of a network, unverified. Lengths: sagittal T2, the slice nearest to the canal, along the middle line of
        the disc and at right angles to it; slip: between the posterior walls, forwards positive. Cross-section: axial T2 through the disc.
        ${why.map((code) => html`<br /><code>${code}</code> ${CATALOGUE[code].meaning}`)}
      </p>
    </section>
    ${slicePanel(id, graded, chosen)}
  </div>`;
}

function measureCell(id: string, measurement: Measurement, chosen: MeasuredSlice | null): Html {
  if (!isMeasured(measurement)) return html`<td class="faint"><code>${measurement.absent}</code></td>`;
  const { level, measure, value, role } = measurement;
  const plane = role === 'axial-t2' ? 'axial' : 'sagittal';
  const isChosen = chosen !== null && chosen.level === level && chosen.plane === plane;
  const words = UNIT[measure] === 'mm2' ? `${value.toFixed(0)}\u00a0mm²` : `${value.toFixed(1)}\u00a0mm`;
  const query = sliceQuery({ level, plane, outlines: chosen?.outlines ?? false });
  return html`<td><a
    href=${`/page/analyses/${id}?${query}#measured`}
    data-part="measured"
    aria-current=${isChosen ? 'true' : null}
  >${words}<span class="unseen">. Show its ${plane} slice.</span></a></td>`;
}

function slicePanel(id: string, { contours = [] }: GradedStudy, chosen: MeasuredSlice | null): Html {
  return html`<section id="measured" class="card region" aria-live="polite" aria-label="Slice that was measured on">
    ${
      chosen === null
        ? html`<h2>Slice that was measured on</h2>
            <p class="faint">Choose a length in the table to see where it was measured.</p>`
        : chosenSlice(id, chosen, contours.length > 0)
    }
  </section>`;
}

function chosenSlice(id: string, chosen: MeasuredSlice, hasContours: boolean): Html {
  const { level, plane, outlines } = chosen;
  const other = sliceQuery({ ...chosen, outlines: !outlines });
  const picture = new URLSearchParams({ level, plane, outlines: String(outlines) });
  return html`<h2>${level} · ${plane} slice</h2>
    <img
      class="picture"
      src=${`/analyses/${id}/measured.png?${picture}`}
      alt=${`The ${plane} slice on which ${level} was measured, with what was measured${outlines ? ' and outlined' : ''}`}
      data-otherwise="The image cannot be shown: nothing was measured on it, the archive has it no more, or does not answer."
    />
    ${hasContours && html`<p><a href=${`/page/analyses/${id}?${other}#measured`} data-part="measured">${outlines ? 'Hide outlines' : 'Show outlines'}</a></p>`}`;
}
