import { LEVELS, type Level } from '../../../domain/level.ts';
import { LEVEL_TARGETS } from '../../../domain/target.ts';
import { type Html, html, pngSource } from '../html.ts';
import type { ShownStudy } from './shown-study.ts';
import type { PicturePlace } from './slice-picture.ts';
import { gradeCell, labelCell, TARGET_NAMES } from './target-cells.ts';

/** One study: where the discs were found, what the classifiers saw, and each grade beside its reference. */
export function studySection(study: ShownStudy): Html {
  const { studyId, sagittal } = study;
  return html`<h3>${studyId}</h3>
<div class="row">${sagittal && sagittalPicture(studyId, sagittal)}
<figure class="views"><figcaption>Regions of interest, by level</figcaption>
<table class="grades">${LEVELS.map((level, index) => levelRows(study, level, index))}</table></figure></div>`;
}

function levelRows(study: ShownStudy, level: Level, index: number): Html {
  const strips = study.strips[index]!.map(
    ({ png, width, height, names }) =>
      html`<small>${names.join(' · ')}</small><img width="${width}" height="${height}" alt="regions of ${level}" src="${pngSource(png)}">`,
  );
  const findings = study.findings.filter((finding) => finding.level === level);
  const observations = study.observations.filter((observation) => observation.level === level);
  const grades = LEVEL_TARGETS.map((target, t) => gradeCell(study, { ...target, level }, TARGET_NAMES[t]!));
  const labels = observations.map((observation) => labelCell(study, observation));
  const cells = [findings.length > 0 ? grades : [], labels].filter((row) => row.length > 0);
  return html`<tr><th rowspan="${cells.length + 1}">${level}</th><td colspan="${LEVEL_TARGETS.length}">${strips}</td></tr>${cells.map((row) => html`<tr>${row}</tr>`)}`;
}

function sagittalPicture(studyId: string, sagittal: NonNullable<ShownStudy['sagittal']>): Html {
  const { width, height, pixelAspect, found, truth, png } = sagittal;
  const at = ({ x, y }: PicturePlace) => ({ x: x.toFixed(1), y: (y * pixelAspect).toFixed(1) });
  const scaledHeight = height * pixelAspect;
  // Marks keep their size whatever the matrix.
  const radius = (width / 80).toFixed(1);
  return html`<figure><figcaption>Sagittal T2: <span class="found">○ found</span>, <span class="true">+ reference</span></figcaption>
<svg viewBox="0 0 ${width} ${scaledHeight}" width="420" role="img" aria-label="discs and canal of ${studyId}">
<image href="${pngSource(png)}" width="${width}" height="${scaledHeight}" preserveAspectRatio="none"/>
${truth.map((place) => html`<text class="true" font-size="${Number(radius) * 4}" text-anchor="middle" dominant-baseline="central" x="${at(place).x}" y="${at(place).y}">+</text>`)}
${found.map((place) => html`<circle class="found" r="${radius}" cx="${at(place).x}" cy="${at(place).y}"/>`)}</svg></figure>`;
}
