const LACKS = {
  empty: 'The images do not give, left empty here',
  malformed: 'Malformed in the images, left empty here',
  unreadable: 'Not readable in the character set of the images, left empty here',
  mended: 'Malformed in the images, written here without control characters, cut or joined',
  overlong: 'Longer in the images than is allowed, and copied all the same',
} as const;

/** What is the matter with attributes of patient or study that results copy from the images. */
export interface IncompleteContext {
  readonly lacks: keyof typeof LACKS;
  /** Keywords, or tags such as `(0010,0010)`; never values. */
  readonly attributes: readonly string[];
}

/** A whole sentence. */
export function contextInWords({ lacks, attributes }: IncompleteContext): string {
  return `${LACKS[lacks]}: ${attributes.join(', ')}.`;
}
