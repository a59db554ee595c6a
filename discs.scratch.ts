import { maskedCases } from './src/evaluation/masks/mask-source.ts';
import { middleOfDiscs } from './src/evaluation/masks/middle-of-discs.ts';
import { loadModelPack } from './src/inference/pack/load-model-pack.ts';
import { segmentSlice } from './src/inference/segment/segment-slice.ts';
import { connectedParts } from './src/measure/connected-parts.ts';
import { mostly, placeOnGrid } from './src/measure/outlined-slice.ts';
import { pixelToPatient } from './src/volume/plane-geometry.ts';
const pack = await loadModelPack(process.argv[2]!, { preferred: ['cpu'], required: true } as never, 1);
const net = pack.segmenters.find((n) => n.plane === 'sagittal')!;
for (const c of await maskedCases('/work/shared/real/spider-t2-space', [8, 9])) {
  if (!process.argv.slice(3).includes(c.caseId)) continue;
  const slices = await c.open();
  for (const [k, each] of slices.entries()) {
    if (k % 6 !== 3 || each.discs.length < 2) continue;
    const out = await segmentSlice(net, each.slice, middleOfDiscs(each));
    const parts = connectedParts(mostly(out, 'disc'), out.grid.size, out.grid.size, 1).filter((p) => p.members.length >= 40);
    console.log(each.name, 'mm/px', each.slice.plane.rowSpacingMm.toFixed(3));
    for (const d of each.discs) {
      const at = placeOnGrid(out.grid, pixelToPatient(each.slice.plane, d.column, d.row));
      const near = parts.map((p) => ({ d: Math.hypot(p.column - at.column, p.row - at.row), n: p.members.length, c: p.column - at.column, r: p.row - at.row })).sort((a, b) => a.d - b.d)[0];
      console.log('  drawn at', at.column.toFixed(0), at.row.toFixed(0), 'area mm2', (d.members.length * each.slice.plane.rowSpacingMm ** 2).toFixed(0), 'found', near && `${near.d.toFixed(1)} (dx ${near.c.toFixed(1)}, dy ${near.r.toFixed(1)}) area ${near.n}`);
    }
  }
}
await pack.close();
