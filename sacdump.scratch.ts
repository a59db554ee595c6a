import { writeFileSync } from 'node:fs';
import { sliceSources } from './src/evaluation/slices/slice-sources.ts';
import { foldOf } from './src/evaluation/slices/slice-source.ts';
import { evaluateSlices } from './src/evaluation/slices/evaluate-slices.ts';
import { loadModelPack } from './src/inference/pack/load-model-pack.ts';
import { axialSlices } from './src/inference/segment/measured-slices.ts';
import { segmentSlice } from './src/inference/segment/segment-slice.ts';
import { measureSacArea } from './src/measure/measure-axial.ts';
import { targetKey } from './src/domain/target.ts';
const [packDir, out, folds] = process.argv.slice(2);
const pack = await loadModelPack(packDir!, { preferred: ['cpu'], required: true } as never, 1);
const axial = pack.segmenters.find((n) => n.plane === 'axial')!;
const rows: unknown[] = [];
const sources = await sliceSources('/work/shared/real/rsna-2024-axial-t2', folds!.split(',').map(Number), 'study');
for (const source of sources) {
  const slices = await source.open();
  const { atLabels } = await evaluateSlices(pack, slices);
  const across = axialSlices(slices.volumes['axial-t2']!, slices.levels);
  for (const [i, level] of slices.levels.entries()) {
    const key = targetKey({ condition: 'spinal_canal_stenosis', side: null, level: level.level });
    const grade = slices.grades[key];
    if (grade === undefined || !across[i]) continue;
    const area = measureSacArea(await segmentSlice(axial, across[i]!, level.canalMm), level.canalMm);
    const of = (condition: string, side: string | null) => atLabels.find((f) => f.condition === condition && f.side === side && f.level === level.level)?.probabilities;
    const rec = (side: string) => slices.grades[targetKey({ condition: 'subarticular_stenosis', side: side as never, level: level.level })];
    rows.push({ study: source.studyId, fold: foldOf(source.studyId), level: level.level, grade, area: 'value' in area ? area.value : area.absent, p: of('spinal_canal_stenosis', null),
      left: rec('left'), right: rec('right'), pl: of('subarticular_stenosis', 'left'), pr: of('subarticular_stenosis', 'right') });
  }
}
writeFileSync(out!, JSON.stringify(rows));
await pack.close();
