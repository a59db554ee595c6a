import { describe, expect, test } from 'vitest';
import { GRADES } from '../../domain/grade.ts';
import { axial, calibration, canalHead, input, spec, study, tinyPacks, view } from './classify.fixture.ts';

const { read } = tinyPacks();
const graded = (...heads: object[]) =>
  ({ name: 'logits', activation: 'softmax', classes: GRADES, heads }) as never;
const fallback = { ...canalHead, fallback: true };
const recess = { condition: 'subarticular_stenosis', side: 'left', calibration };

describe('a classifier that stands in for others', () => {
  const own = spec({});
  const ofAxial = spec({
    ...{ file: 'b.onnx', inputs: [input('views', [axial('left')])] },
    output: graded(recess),
  });
  const standIn = spec({
    ...{ file: 'c.onnx', inputs: [input('views', [view(), view({ slicesMm: [10, 15, 20] })])], mask: 'mask' },
    output: graded(fallback, { ...recess, fallback: true }),
  });

  test('is shown nothing where all is read without it', async () => {
    const { regions, findings, warnings } = await read([own, ofAxial, standIn]);
    expect(regions.map((shown) => shown === null)).toEqual([false, false, true]);
    expect(findings).toEqual((await read([own, ofAxial])).findings);
    expect(warnings).toEqual([]);
  });

  test('is shown the study where a target is read by no other, wherever it stands in the manifest', async () => {
    const { 'axial-t2': _, ...withoutAxial } = study.volumes;
    const { regions, findings } = await read([standIn, own, ofAxial], withoutAxial);
    expect(regions.map((shown) => shown === null)).toEqual([false, false, false]);
    const alone = await read([standIn], withoutAxial);
    const of = ({ findings }: typeof alone, condition: string) =>
      findings.filter((f) => f.condition === condition);
    expect(findings).toHaveLength(10);
    expect(of({ ...alone, findings }, recess.condition)).toEqual(of(alone, recess.condition));
    expect(of({ ...alone, findings }, canalHead.condition)).toEqual(
      of(await read([own]), canalHead.condition),
    );
  });

  test('is shown it where the others read a level of theirs not', async () => {
    const fewer = spec({ ...ofAxial, levels: ['L4/L5'] });
    expect((await read([own, fewer, standIn])).regions[2]).not.toBeNull();
    expect((await read([own, fewer, standIn])).findings).toHaveLength(10);
  });

  test('with a head of its own is run always', async () => {
    const half = spec({ ...standIn, output: graded(canalHead, { ...recess, fallback: true }) });
    expect((await read([own, ofAxial, half])).regions[2]).not.toBeNull();
  });
});
