import type { ExpectedTensors, Shapes } from './expected-tensors.ts';
import { ELEMENT_TYPE, type ModelRunner, type Tensor, type TensorDeclaration } from './model-runner.ts';

/**
 * Differences between what a network takes and gives and what the manifest says. A dimension that the network leaves
 * open fits anything; what such a network gives is seen by running it once.
 */
export async function compareTensors(
  file: string,
  runner: ModelRunner,
  expected: ExpectedTensors,
): Promise<readonly string[]> {
  const problems = declaredProblems(file, runner, expected);
  const open = runner.outputs.some(({ dims }) => dims.some((d) => typeof d !== 'number' || d < 0));
  return problems.length > 0 || !open ? problems : trialProblems(file, runner, expected);
}

/** Differences between what a network declares and what the manifest says; a dimension left open fits anything. */
export function declaredProblems(
  file: string,
  declared: Pick<ModelRunner, 'inputs' | 'outputs'>,
  expected: ExpectedTensors,
): readonly string[] {
  return [
    ...differences(file, 'input', declared.inputs, expected.inputs),
    ...differences(file, 'output', declared.outputs, expected.outputs),
  ];
}

function differences(
  file: string,
  kind: 'input' | 'output',
  declared: readonly TensorDeclaration[],
  wanted: Shapes,
): string[] {
  const problems = Object.entries(wanted).flatMap(([name, dims]) => {
    const found = declared.find((tensor) => tensor.name === name);
    if (!found) return [`${file}: ${kind} ${name} is not in the network (it has ${names(declared)})`];
    const type =
      found.type === ELEMENT_TYPE
        ? []
        : [
            `${file}: ${kind} ${name} is ${found.type}, not ${ELEMENT_TYPE}, the one type that a pack can have`,
          ];
    const same =
      found.dims.length === dims.length &&
      dims.every((d, i) => typeof found.dims[i] !== 'number' || found.dims[i] < 0 || found.dims[i] === d);
    return same ? type : [...type, shapeProblem(file, kind, name, found.dims, dims)];
  });
  const unknown = kind === 'input' ? declared.filter((tensor) => !(tensor.name in wanted)) : [];
  return [...problems, ...unknown.map((t) => `${file}: input ${t.name} is not in the manifest`)];
}

async function trialProblems(file: string, runner: ModelRunner, expected: ExpectedTensors) {
  const blank = Object.entries(expected.inputs).map(([name, dims]): readonly [string, Tensor] => [
    name,
    { dims, data: new Float32Array(dims.reduce((a, b) => a * b)) },
  ]);
  try {
    const outputs = await runner.run(Object.fromEntries(blank));
    return Object.entries(expected.outputs).flatMap(([name, dims]) => {
      const found = outputs[name]!.dims;
      return found.join() === dims.join() ? [] : [shapeProblem(file, 'output', name, found, dims)];
    });
  } catch (cause) {
    return [`${file}: a trial run on blank input failed: ${(cause as Error).message}`];
  }
}

function shapeProblem(
  file: string,
  kind: 'input' | 'output',
  name: string,
  found: readonly (number | string)[],
  wanted: readonly number[],
): string {
  return `${file}: ${kind} ${name} is [${found}], the manifest says [${wanted}]`;
}

function names(declared: readonly TensorDeclaration[]): string {
  return declared.map((tensor) => tensor.name).join(', ');
}
