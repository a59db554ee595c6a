import type { Finding } from '../../domain/assessment.ts';
import { type GradeProbabilities, mostProbableGrade } from '../../domain/grade.ts';
import type { Uncertainty } from '../../domain/uncertainty.ts';
import type { PackManifest } from '../pack/pack-manifest.ts';
import { readJointly } from './read-jointly.ts';

/**
 * All findings of one study, in their order, as the pack stands by them: read jointly where it does, and marked where they
 * are to be read with care. A pack that says nothing of either leaves them as they are.
 */
export function judgeFindings(
  { jointReading, uncertainBelow }: Pick<PackManifest, 'jointReading' | 'uncertainBelow'>,
  findings: readonly Finding[],
): readonly Finding[] {
  const posteriors = jointReading === undefined ? null : readJointly(jointReading, findings);
  return findings.map((finding, i) => {
    const probabilities: GradeProbabilities = posteriors?.[i] ?? finding.probabilities;
    const grade = mostProbableGrade(probabilities);
    const unsure = probabilities[grade] < (uncertainBelow?.[finding.condition] ?? 0);
    const uncertain: readonly Uncertainty[] = [
      ...(unsure ? (['low-probability'] as const) : []),
      ...(finding.uncertain ?? []),
    ];
    const { uncertain: _, ...read } = finding;
    return { ...read, grade, probabilities, ...(uncertain.length > 0 && { uncertain }) };
  });
}
