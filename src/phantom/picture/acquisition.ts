import type { Random } from '../random.ts';

/** What a scanner adds to a series beside contrast and geometry. */
export interface Acquisition {
  readonly sliceThicknessMm: number;
  /** Standard deviation of the noise in either channel, in units of signal. */
  readonly noise: number;
  /** Surface coil at the back: share of the gain that falls off with depth, and the depth at which it falls to 1/e. */
  readonly coilShare: number;
  readonly coilDepthMm: number;
  /** Slow gain variation: amplitude, and wave vector and phase of two waves (radians per mm). */
  readonly biasAmplitude: number;
  readonly biasWaves: readonly (readonly [number, number, number, number])[];
  /** Anterior saturation band: distance in front of the back skin where it begins, null without. */
  readonly saturationMm: number | null;
  /** In-plane blur: weight of each neighbour (0 … 0.25); negative sharpens and rings like a truncated k-space. */
  readonly blur: number;
  /** Displacement of fat along the rows and along the columns, pixels. */
  readonly fatShift: readonly [alongRow: number, alongColumn: number];
  /** Ghost of motion: share, and displacement in pixels along rows (true) or columns. */
  readonly ghostShare: number;
  readonly ghostShift: number;
  readonly ghostAlongRow: boolean;
  /** Dark streaks of flowing CSF (0 … 1). */
  readonly csfFlow: number;
  /** Stored value of signal 1. */
  readonly scale: number;
}

/** Draws artefacts; `strength` 0 = an ideal scanner, 1 = ordinary, 2 = poor. */
export function drawAcquisition(
  random: Random,
  sliceThicknessMm: number,
  axial: boolean,
  strength: number,
): Acquisition {
  const wave = () =>
    [
      random.normal(0, 0.012),
      random.normal(0, 0.012),
      random.normal(0, 0.012),
      random.uniform(0, 6.28),
    ] as const;
  const ghosting = random.chance(0.25);
  return {
    sliceThicknessMm,
    noise: strength * random.uniform(0.006, 0.028),
    coilShare: Math.min(1, strength * random.uniform(0.3, 0.92)),
    coilDepthMm: random.uniform(70, 170),
    biasAmplitude: strength * random.uniform(0.02, 0.12),
    biasWaves: [wave(), wave()],
    saturationMm: random.chance((axial ? 0.4 : 0.6) * Math.min(1, strength))
      ? random.uniform(axial ? 135 : 112, axial ? 165 : 135)
      : null,
    blur: random.uniform(-0.03, 0.2),
    fatShift: random.chance(0.5)
      ? [0, random.uniform(-1.6, 1.6) * strength]
      : [random.uniform(-1.6, 1.6) * strength, 0],
    ghostShare: ghosting ? strength * random.uniform(0.01, 0.05) : 0,
    ghostShift: random.integer(8, 60),
    ghostAlongRow: random.chance(0.5),
    csfFlow: strength * random.uniform(0, 0.35),
    scale: random.uniform(350, 1600),
  };
}
