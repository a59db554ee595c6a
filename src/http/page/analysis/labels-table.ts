import { DISC_LABELS, type DiscLabel, type Observation } from '../../../domain/assessment.ts';
import { LEVELS } from '../../../domain/level.ts';
import { type Html, html } from '../render/html.ts';
import { percent } from '../words.ts';

const WORDS: Readonly<Record<DiscLabel, string>> = {
  herniation: 'Disc herniation',
  bulge: 'Disc bulge',
  spondylolisthesis: 'Spondylolisthesis',
  canal_stenosis: 'Canal stenosis',
  foraminal_stenosis: 'Foraminal stenosis',
};

/** What a network says yes or no to, by level; null where it was asked nothing. */
export function labelsTable(observations: readonly Observation[]): Html | null {
  const labels = DISC_LABELS.filter((label) => observations.some((each) => each.label === label));
  if (labels.length === 0) return null;
  const cell = (label: DiscLabel, level: string) => {
    const said = observations.find((each) => each.label === label && each.level === level);
    if (said === undefined) return html`<td class="faint">–</td>`;
    return html`<td class=${said.present ? 'present' : 'faint'}>${said.present ? 'Present' : 'Absent'}, ${percent(said.probability)}</td>`;
  };
  return html`<section class="card">
    <h2>Present or not</h2>
    <div class="scroll" role="region" aria-label="Present or not, by level" tabindex="0">
      <table class="plain-table">
        <thead><tr><th scope="col">Level</th>${labels.map((label) => html`<th scope="col">${WORDS[label]}</th>`)}</tr></thead>
        <tbody>${LEVELS.map((level) => html`<tr><th scope="row">${level}</th>${labels.map((label) => cell(label, level))}</tr>`)}</tbody>
      </table>
    </div>
  </section>`;
}
