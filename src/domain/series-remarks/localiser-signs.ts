/** What speaks for a localiser. */
export type LocaliserSign =
  | { readonly sign: 'named' | 'single-shot' }
  | { readonly sign: 'pixels' | 'slices' | 'field'; readonly mm: number }
  | { readonly sign: 'few-slices'; readonly slices: number };

/** The signs, one after another. */
export function signsInWords(signs: readonly LocaliserSign[]): string {
  return signs.map(inWords).join(', ');
}

function inWords(of: LocaliserSign): string {
  switch (of.sign) {
    case 'named':
      return 'the description names a localiser';
    case 'single-shot':
      return 'the description names a single-shot sequence';
    case 'pixels':
      return `pixels of ${of.mm.toFixed(2)} mm`;
    case 'slices':
      return `slices of ${of.mm.toFixed(1)} mm`;
    case 'field':
      return `a field of ${of.mm.toFixed(0)} mm from head to feet`;
    case 'few-slices':
      return `${of.slices} slices`;
  }
}
