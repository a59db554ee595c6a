const NONE = {
  'dicom-file': 'there is no DICOM file in the folder',
  'series-instance': 'there is no <series>/<instance>.dcm in its folder',
} as const;

/** A file of a folder with its problem in the parser's or the file system's words; or that there is none to be read. */
export type UnreadableFile =
  | { readonly file: string; readonly problem: string }
  | { readonly none: keyof typeof NONE };

/** Which file, and why. */
export function fileInWords(of: UnreadableFile): string {
  return 'none' in of ? NONE[of.none] : `${of.file}: ${of.problem}`;
}
