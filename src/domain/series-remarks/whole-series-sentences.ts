const OTHER_BODY_PART = {
  'body-part-examined': 'BodyPartExamined (0018,0015)',
  description: 'SeriesDescription (0008,103E) or ProtocolName (0018,1030)',
} as const;
/** What names another part of the body. */
export type NamesBodyPart = keyof typeof OTHER_BODY_PART;

/** Why a series is turned down before its images are looked at one by one. */
export const WHOLE_SERIES_SENTENCES = {
  /** A modality is a short code (CS); null where something else stands there, which is not repeated. */
  'not-mr': ({ modality }: { readonly modality: string | null }) =>
    `modality ${modality ?? '(not a code)'} is not MR`,
  'metadata-missing': () => 'there is no metadata of its images',
  /** In the parser's words, which name instance and attribute. */
  'metadata-unreadable': ({ words }: { readonly words: string }) => words,
  'more-metadata-unreadable': ({ count }: { readonly count: number }) =>
    `${count} more images are unreadable`,
  'series-broken': () => 'a series with broken images is not used',
  'study-turned-down': () => 'not used: the study as a whole is turned down',
  'study-beyond-limit': () => 'not looked at: the study is beyond a limit of the configuration',
  'other-body-part': ({ by }: { readonly by: NamesBodyPart }) =>
    `${OTHER_BODY_PART[by]} names another part of the body than the lumbar spine`,
} as const;
