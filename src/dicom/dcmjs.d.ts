/** The part of dcmjs this project uses; the package ships no types. */
declare module 'dcmjs' {
  /** An element as dcmjs writes it; Value holds strings, numbers, ArrayBuffers (OB, OW) or nested data sets (SQ). */
  export interface DcmjsElement {
    vr: string;
    Value: readonly unknown[];
  }
  export type DcmjsDict = Record<string, DcmjsElement>;

  export class DicomDict {
    constructor(meta: DcmjsDict);
    meta: DcmjsDict;
    dict: DcmjsDict;
    write(options?: { allowInvalidVRLength?: boolean; fragmentMultiframe?: boolean }): ArrayBuffer;
  }

  const dcmjs: {
    readonly data: {
      readonly DicomDict: typeof DicomDict;
      /** PS3.6: keyword → its entry. */
      readonly DicomMetaDictionary: {
        readonly nameMap: Readonly<
          Record<string, { readonly tag: string; readonly vr: string; readonly vm: string } | undefined>
        >;
      };
      readonly DicomMessage: {
        readFile(bytes: ArrayBuffer, options?: { ignoreErrors?: boolean }): DicomDict;
      };
    };
    readonly log: { setLevel(level: 'silent' | 'error' | 'warn', persist?: boolean): void };
  };
  export default dcmjs;
}
