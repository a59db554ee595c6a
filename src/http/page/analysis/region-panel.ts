import type { Finding, GradedStudy } from '../../../domain/assessment.ts';
import { ROLE_NAMES } from '../../../domain/series-role.ts';
import { isSameTarget, type Target } from '../../../domain/target.ts';
import { uncertaintyInWords } from '../../../domain/uncertainty.ts';
import { gradeMark } from '../list/worst-grade.ts';
import { type Html, html } from '../render/html.ts';
import { columnWords } from '../words.ts';
import { targetQuery } from './chosen-target.ts';
import { probabilityWords } from './findings-grid.ts';

/** The image behind the chosen finding, and all that is said of it. */
export function regionPanel(id: string, graded: GradedStudy, chosen: Target | null): Html {
  const finding = chosen === null ? undefined : graded.findings.find((each) => isSameTarget(each, chosen));
  return html`<section id="region" class="card region" aria-live="polite" aria-label="Image behind a finding">
    ${finding === undefined ? noneChosen(chosen) : ofFinding(id, finding)}
  </section>`;
}

function noneChosen(chosen: Target | null): Html {
  return html`<h2>Image behind a finding</h2>
    <p class="faint">
      ${chosen === null ? 'Choose a grade in the table to see the image that it was read from.' : 'This was not graded.'}
    </p>`;
}

function ofFinding(id: string, finding: Finding): Html {
  const { level, grade, probabilities, uncertain, location } = finding;
  const name = `${level}, ${columnWords(finding).toLowerCase()}`;
  return html`<h2>${level} · ${columnWords(finding)}</h2>
    <p>${gradeMark(grade)} <span class="faint">${probabilityWords(probabilities)}</span></p>
    ${uncertain !== undefined && html`<p class="notice doubtful">${uncertaintyInWords(uncertain)}</p>`}
    ${
      location === null
        ? html`<p class="faint">No image of the chosen series shows the place.</p>`
        : html`<img
              class="picture"
              src=${`/analyses/${id}/region.png?${targetQuery(finding)}`}
              alt=${`Image behind the finding at ${name}: ${ROLE_NAMES[location.role]}, its place marked`}
              data-otherwise="The image cannot be shown: the archive has it no more, or does not answer."
            />
            <p class="faint">Read on ${ROLE_NAMES[location.role]}.</p>`
    }`;
}
