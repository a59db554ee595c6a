import type { Random } from '../random.ts';

/** What a patient's whole spine has in common: factors of size and of curvature, angles in degrees. */
export interface Posture {
  readonly size: number;
  /** Breadth of the bodies beside their height. */
  readonly slender: number;
  readonly lordosis: number;
  readonly sacralCurve: number;
  readonly discScale: number;
  /** Greatest tilt to the side, and where along the spine the curve begins, radians. */
  readonly scoliosis: number;
  readonly scoliosisPhase: number;
  readonly rotation: number;
  /** How far L3 leans forward. */
  readonly lean: number;
}

/** Draws one patient's posture. */
export function drawPosture(random: Random): Posture {
  const size = random.normal(1.03, 0.06);
  const slender = Math.min(1.3, Math.max(0.9, random.normal(1.06, 0.08)));
  const lordosis = Math.min(1.45, Math.max(0.45, random.normal(1, 0.22)));
  const sacralCurve = random.uniform(0.7, 1.35);
  const discScale = random.normal(1, 0.09);
  const scoliosis = random.normal(0, 1) * random.uniform(0, 6);
  const scoliosisPhase = random.uniform(0, 2 * Math.PI);
  const rotation = random.normal(0, 2);
  const lean = random.normal(0, 4);
  return {
    size,
    slender,
    lordosis,
    sacralCurve,
    discScale,
    scoliosis,
    scoliosisPhase,
    rotation,
    lean,
  };
}
