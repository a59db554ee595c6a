import type { ImageReference } from '../../domain/image-reference.ts';
import { isUid } from '../../domain/uid.ts';
import type { Code } from './coded-concepts.ts';
import {
  isRelationship,
  type RelationshipFrom,
  type RelationshipType,
  type ValueType,
} from './relationships.ts';

interface Values {
  readonly CONTAINER: { readonly continuity: 'SEPARATE'; readonly templateId: string | null };
  readonly CODE: { readonly code: Code };
  readonly TEXT: { readonly text: string };
  readonly NUM: { readonly number: number; readonly units: Code };
  readonly UIDREF: { readonly uid: string };
  readonly IMAGE: { readonly image: ImageReference };
  readonly SCOORD: { readonly graphicType: 'POINT' | 'POLYLINE'; readonly graphicData: readonly number[] };
  readonly SCOORD3D: {
    readonly graphicType: 'POINT';
    readonly graphicData: readonly number[];
    readonly frameOfReferenceUid: string;
  };
}

export type ContentItem<Type extends ValueType = ValueType> = {
  readonly [V in Type]: {
    readonly valueType: V;
    /** Null only for images of an image library (TID 1601). */
    readonly conceptName: Code | null;
    readonly children: readonly Child[];
  } & Values[V];
}[Type];

export interface Child {
  readonly relationship: RelationshipType;
  readonly item: ContentItem;
}

/** A child that table A.35.13-2 lets an item of type Source have. */
export type ChildOf<Source extends ValueType> =
  RelationshipFrom<Source> extends infer R
    ? R extends { readonly type: infer Type; readonly to: readonly (infer To extends ValueType)[] }
      ? { readonly relationship: Type; readonly item: ContentItem<To> }
      : never
    : never;

/** CONTAINER (PS3.3 C.18.8); templateId is a TID of PS3.16, null where none is named. */
export function container(
  conceptName: Code,
  children: readonly ChildOf<'CONTAINER'>[],
  templateId: string | null = null,
): ContentItem<'CONTAINER'> {
  return build('CONTAINER', conceptName, { continuity: 'SEPARATE', templateId }, children);
}

/** CODE (PS3.3 C.18.2). */
export function codeItem(
  conceptName: Code,
  code: Code,
  children: readonly ChildOf<'CODE'>[] = [],
): ContentItem<'CODE'> {
  return build('CODE', conceptName, { code }, children);
}

/** TEXT (PS3.3 C.17.3). @throws RangeError when empty or when it holds control characters. */
export function textItem(conceptName: Code, text: string): ContentItem<'TEXT'> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: UT forbids them but for CR, LF, FF, TAB (PS3.5 6.2).
  if (text.trim() === '' || /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.test(text)) {
    throw new RangeError(`text of ${conceptName.meaning} is empty or holds control characters`);
  }
  return build('TEXT', conceptName, { text }, []);
}

/** NUM (PS3.3 C.18.1). @throws RangeError when the number is not finite. */
export function numItem(
  conceptName: Code,
  number: number,
  units: Code,
  children: readonly ChildOf<'NUM'>[] = [],
): ContentItem<'NUM'> {
  if (!Number.isFinite(number)) throw new RangeError(`${conceptName.meaning} is not a finite number`);
  return build('NUM', conceptName, { number, units }, children);
}

/** UIDREF (PS3.3 C.17.3). @throws TypeError when the text is no UID. */
export function uidItem(conceptName: Code, uid: string): ContentItem<'UIDREF'> {
  return build('UIDREF', conceptName, { uid: checkedUid(uid, conceptName.meaning) }, []);
}

/** IMAGE (PS3.3 C.18.4). @throws TypeError when a UID of the reference is none. */
export function imageItem(conceptName: Code | null, image: ImageReference): ContentItem<'IMAGE'> {
  checkedUid(image.sopClassUid, 'SOP Class UID of an image');
  checkedUid(image.sopInstanceUid, 'SOP Instance UID of an image');
  return build('IMAGE', conceptName, { image }, []);
}

/**
 * SCOORD, one point (PS3.3 C.18.6): column and row, the centre of the first pixel being (0.5, 0.5).
 * @throws RangeError when a coordinate is not finite or lies before the image's corner.
 */
export function scoordPoint(
  conceptName: Code,
  pixel: readonly [column: number, row: number],
  selectedFrom: ContentItem<'IMAGE'>,
): ContentItem<'SCOORD'> {
  return scoord(conceptName, { graphicType: 'POINT', graphicData: pixel }, selectedFrom);
}

/**
 * SCOORD, a line through points in the units of scoordPoint; closed where the last point is the first (PS3.3 C.18.6.1.1).
 * @throws RangeError as scoordPoint does, and with fewer than two points.
 */
export function scoordPolyline(
  conceptName: Code,
  pixels: readonly (readonly [column: number, row: number])[],
  selectedFrom: ContentItem<'IMAGE'>,
): ContentItem<'SCOORD'> {
  if (pixels.length < 2) throw new RangeError('a line has two points at least');
  return scoord(conceptName, { graphicType: 'POLYLINE', graphicData: pixels.flat() }, selectedFrom);
}

function scoord(
  conceptName: Code,
  values: Values['SCOORD'],
  selectedFrom: ContentItem<'IMAGE'>,
): ContentItem<'SCOORD'> {
  if (!values.graphicData.every((value) => Number.isFinite(value) && value >= 0)) {
    throw new RangeError('a spatial coordinate is negative or not finite');
  }
  return build('SCOORD', conceptName, values, [{ relationship: 'SELECTED FROM', item: selectedFrom }]);
}

/** SCOORD3D, one point in mm in the frame of reference (PS3.3 C.18.9). @throws RangeError, TypeError as above. */
export function scoord3dPoint(
  conceptName: Code,
  pointMm: readonly [number, number, number],
  frameOfReferenceUid: string,
): ContentItem<'SCOORD3D'> {
  if (!pointMm.every(Number.isFinite)) throw new RangeError('a 3D spatial coordinate is not finite');
  checkedUid(frameOfReferenceUid, 'Frame of Reference UID');
  const values = { graphicType: 'POINT', graphicData: pointMm, frameOfReferenceUid } as const;
  return build('SCOORD3D', conceptName, values, []);
}

function build<Type extends ValueType>(
  valueType: Type,
  conceptName: Code | null,
  values: Values[Type],
  children: readonly Child[],
): ContentItem<Type> {
  for (const { relationship, item } of children) {
    if (!isRelationship(valueType, relationship, item.valueType)) {
      throw new TypeError(
        `${valueType} ${relationship} ${item.valueType} is not allowed (PS3.3 table A.35.13-2)`,
      );
    }
  }
  return { valueType, conceptName, children, ...values } as ContentItem<Type>;
}

function checkedUid(text: string, what: string): string {
  if (!isUid(text)) throw new TypeError(`${what} is not a valid DICOM UID (PS3.5 chapter 9)`);
  return text;
}
