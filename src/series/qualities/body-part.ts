import type { ImageHeader } from '../../dicom/image/image-header.ts';
import type { NamesBodyPart } from '../../domain/series-remarks/whole-series-sentences.ts';

/** Defined terms of BodyPartExamined (PS3.16 annex L) that are not the lumbar spine, and common misspellings. */
const OTHER_BODY_PARTS = new Set(
  (
    'HEAD BRAIN SKULL NECK HEADNECK CSPINE CERVICALSPINE TSPINE THORACICSPINE CTSPINE CHEST THORAX HEART BREAST ' +
    'SHOULDER ARM ELBOW FOREARM WRIST HAND ABDOMEN ABDOMENPELVIS LIVER KIDNEY PANCREAS PELVIS PROSTATE UTERUS ' +
    'SSPINE COCCYX SIJOINT HIP LEG THIGH KNEE ANKLE FOOT CALF EXTREMITY ORBIT EYE EAR IAC PITUITARY JAW TMJ'
  ).split(' '),
);
const LUMBAR_BODY_PARTS = new Set(
  'LSPINE LUMBARSPINE LUMBAR LSSPINE LUMBOSACRAL LUMBOSACRALSPINE TLSPINE'.split(' '),
);

/** In descriptions, also those of other languages: HWS and BWS are German, LWS the lumbar spine. */
const SAYS_OTHER_PART =
  /(?<![A-Z])(C[ _-]?SPINE|CERVICAL|HWS|T[ _-]?SPINE|THORACIC|DORSAL|BWS|BRAIN|HEAD|SKULL|NECK|SHOULDER|KNEE|HIPS?|ANKLE|WRIST|ELBOW|ABDOMEN|PELVIS|LIVER|PROSTATE|BREAST|SACRUM|SI JOINTS?|ISG)(?![A-Z])/;
const SAYS_LUMBAR =
  /(?<![A-Z])(L[ _-]?S?[ _-]?SPINE|LUMBAR|LUMBO\w*|LUMBAL\w*|LWS|LSP|TL[ _-]?SPINE|WHOLE|TOTAL)(?![A-Z])/;

/**
 * What says that the images are not of the lumbar spine, null when nothing does. BodyPartExamined decides where it is exact;
 * the description only where that says nothing, or no more than SPINE.
 */
export function otherBodyPart(headers: readonly ImageHeader[]): NamesBodyPart | null {
  const parts = new Set(
    headers.map(({ bodyPartExamined }) => bodyPartExamined.replace(/[^A-Z]/gi, '').toUpperCase()),
  );
  if ([...parts].some((part) => OTHER_BODY_PARTS.has(part))) {
    return 'body-part-examined';
  }
  if ([...parts].some((part) => LUMBAR_BODY_PARTS.has(part))) return null;
  const text = headers.map(({ seriesDescription, protocolName }) =>
    `${seriesDescription} ${protocolName}`.toUpperCase(),
  );
  return text.some((words) => SAYS_OTHER_PART.test(words) && !SAYS_LUMBAR.test(words)) ? 'description' : null;
}
