import type { EventFormName } from '../domain/study-event.ts';
import { type CloudEvent, PUBSUB_TYPE, record } from './cloud-event.ts';

/** What an event of a known form says. */
export interface EventSays {
  /** Where the Study Instance UID should stand; anything that a sender wrote there. */
  readonly study: unknown;
  /** The part of an archive that the study lies in, where the form has one. */
  readonly place: string | null;
  /** Whether it can be news of an MR study: a deletion is not. */
  readonly isNews: boolean;
}

export interface EventForm {
  /** The types that there are of it. */
  readonly types: readonly string[];
  read(event: CloudEvent): EventSays;
}

const AZURE = 'Microsoft.HealthcareApis.DicomImage';

/** Events of the DICOM service of Azure Health Data Services; the place is the data partition. */
const azureDicom: EventForm = {
  types: [`${AZURE}Created`, `${AZURE}Updated`, `${AZURE}Deleted`],
  read({ type, data }) {
    const { imageStudyInstanceUid: study, partitionName } = record(data);
    return { study, place: textOf(partitionName), isNews: type === `${AZURE}Created` };
  },
};

/** projects/P/locations/L/datasets/D/dicomStores/S/dicomWeb/studies/UID/series/UID/instances/UID: of the store and the study. */
const STORE_PARTS = 8;
const STUDY_PART = 10;
const WORDS = ['projects', 'locations', 'datasets', 'dicomStores', 'dicomWeb'];

/**
 * Notifications of a DICOM store of Google's Cloud Healthcare API; the place is the store. Newer ones tell the modality of
 * the instance.
 */
const googleHealthcare: EventForm = {
  types: [PUBSUB_TYPE],
  read({ data }) {
    const { data: base64, attributes } = record(record(data)['message']);
    const path = typeof base64 === 'string' ? Buffer.from(base64, 'base64').toString('utf8') : '';
    const parts = path.split('/');
    const isInstance =
      WORDS.every((word, index) => parts[2 * index] === word) && parts[STUDY_PART - 1] === 'studies';
    const study = isInstance ? parts[STUDY_PART] : undefined;
    const place = isInstance ? parts.slice(0, STORE_PARTS).join('/') : null;
    const modality = textOf(record(attributes)['modality']);
    return { study, place, isNews: study === undefined || modality === null || modality === 'MR' };
  },
};

/** Those that need no telling where the study stands. */
export const EVENT_FORMS: Readonly<Record<Exclude<EventFormName, 'pointer'>, EventForm>> = {
  'azure-dicom': azureDicom,
  'google-healthcare': googleHealthcare,
};

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
