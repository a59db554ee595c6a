import { describe, expect, test } from 'vitest';
import { axial, input, spec, tinyPacks } from '../classify/classify.fixture.ts';
import type { ClassifierSpec } from '../pack/classifier-spec.ts';
import { ModelPackError } from '../pack/model-pack-error.ts';
import { tinyNetwork } from '../pack/tiny-pack.fixture.ts';
import type { TinyNetwork } from './tiny-onnx.fixture.ts';

const { pack } = tinyPacks();

describe('a network that is not what the manifest says is refused', () => {
  const problems = async (
    network: (of: TinyNetwork) => TinyNetwork,
    asked: ClassifierSpec = spec({}),
  ): Promise<readonly string[]> => {
    const fault = await pack([asked], (of) => network(tinyNetwork(of))).catch((cause: unknown) => cause);
    expect(fault).toBeInstanceOf(ModelPackError);
    return (fault as ModelPackError).problems;
  };

  test('for its shapes, whatever the layout', async () => {
    expect(await problems((of) => ({ ...of, inputs: [{ name: 'images', dims: [3, 24, 24] }] }))).toEqual([
      'a.onnx: input images is [5,3,24,24], the manifest says [5,1,3,24,24]',
    ]);
    expect(
      await problems(
        (of) => ({ ...of, samples: 5 }),
        spec({ sample: 'level-side', inputs: [input('channels', [axial('near')])] }),
      ),
    ).toEqual([
      'a.onnx: input images is [5,3,24,24], the manifest says [10,3,24,24]',
      'a.onnx: output logits is [5,1,3], the manifest says [10,1,3]',
    ]);
  });

  test('for an input that only one of them has', async () => {
    const withoutMask = (of: TinyNetwork) => ({ ...of, inputs: of.inputs.slice(0, 1) });
    expect(await problems(withoutMask, spec({ mask: 'mask' }))).toEqual([
      'a.onnx: input mask is not in the network (it has images)',
    ]);
    const withMore = (of: TinyNetwork) => ({ ...of, inputs: [...of.inputs, { name: 'age', dims: [1] }] });
    expect(await problems(withMore)).toEqual(['a.onnx: input age is not in the manifest']);
  });

  test.each([
    ['int32', 6],
    ['int64', 7],
  ])('for its element type: %s', async (name, elementType) => {
    expect(await problems((of) => ({ ...of, elementType }))).toEqual([
      `a.onnx: input images is ${name}, not float32, the one type that a pack can have`,
    ]);
  });

  test('for the element type of an output that the manifest names', async () => {
    const whole = (of: TinyNetwork) => ({ ...of, whole: 'logits', output: { ...of.output, name: 'others' } });
    expect(await problems(whole)).toEqual([
      'a.onnx: output logits is int64, not float32, the one type that a pack can have',
    ]);
  });

  test('for the shape it answers with, where it leaves that open', async () => {
    const open = (of: TinyNetwork, dims: readonly number[]): TinyNetwork => ({
      ...of,
      output: { ...of.output, dims, open: true },
    });
    expect(await problems((of) => open(of, [3, 1]))).toEqual([
      'a.onnx: output logits is [5,3,1], the manifest says [5,1,3]',
    ]);
    const loaded = await pack([spec({})], (of) => open(tinyNetwork(of), [1, 3]));
    await loaded.close();
  });
});
