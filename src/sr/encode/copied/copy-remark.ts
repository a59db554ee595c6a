/** What became of an attribute that is copied. */
export type CopyRemark = 'malformed' | 'unreadable' | 'mended' | 'overlong';
/** Told of the attribute that is copied at present. */
export type Note = (remark: CopyRemark) => void;

/** An element in the VR that the standard gives it. */
export interface WrittenElement {
  readonly vr: string;
  readonly Value: readonly unknown[];
}

/** Notes why an attribute has no value to write. */
export function leftOut(remark: CopyRemark, note: Note): null {
  note(remark);
  return null;
}
