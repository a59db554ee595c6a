/**
 * Why a finding is to be read with care. `low-probability`: its grade is less probable than the model asks of a grade that
 * stands by itself. `unlike-training`: an image that it was read from is unlike those the model was trained on.
 */
export const UNCERTAINTIES = ['low-probability', 'unlike-training'] as const;
export type Uncertainty = (typeof UNCERTAINTIES)[number];

const WORDS: Readonly<Record<Uncertainty, string>> = {
  'low-probability': 'the model is not sure of the grade',
  'unlike-training': 'the image is unlike those that the model was trained on',
};

/** A whole sentence; at least one reason. */
export function uncertaintyInWords(reasons: readonly Uncertainty[]): string {
  return `Uncertain, read with care: ${reasons.map((reason) => WORDS[reason]).join('; ')}.`;
}
