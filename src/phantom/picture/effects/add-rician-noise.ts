import { seededRandom } from '../../random.ts';

/** Magnitude of the signal with independent normal noise in both channels (Gudbjartsson and Patz, 1995). */
export function addRicianNoise(image: Float32Array, sigma: number, scale: number, seed: number): void {
  const random = seededRandom(seed, 'noise');
  for (let i = 0; i < image.length; i++) {
    const draw = random.next() * 0x40000000;
    const real = image[i]! + sigma * GAUSS[draw & GAUSS_MASK]!;
    const imaginary = sigma * GAUSS[(draw >>> 15) & GAUSS_MASK]!;
    image[i] = scale * Math.sqrt(real * real + imaginary * imaginary);
  }
}

const GAUSS_MASK = 0x7fff;
const GAUSS = (() => {
  const random = seededRandom(1, 'gauss');
  return Float32Array.from({ length: GAUSS_MASK + 1 }, () => random.normal(0, 1));
})();
