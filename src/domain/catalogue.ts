import { SERIES_CODES } from './series-codes.ts';

/**
 * What a code stands for. `reason`: why a study is not analysed. `warning`: a shortcoming that did not prevent it.
 * `unmeasured`: why a length or area is absent. `series`: what is said of one series of a study. `passed-over`: something odd that was left aside and told of.
 * `fault`: something wrong with a system, not a study. `start`: what keeps the service from starting. `archive-way`: a way of this archive's own, found out and worked
 * around. `workitem`: why a step of a worklist ends without a result, or is left alone, beside what is wrong with its study. `refusal`: why a request of the API is not answered as it was asked.
 */
export interface CatalogueEntry {
  readonly kind:
    | 'reason'
    | 'warning'
    | 'unmeasured'
    | 'series'
    | 'passed-over'
    | 'fault'
    | 'start'
    | 'archive-way'
    | 'workitem'
    | 'refusal';
  /** Whether the same work can succeed later without anybody changing the study. */
  readonly retryable: boolean;
  /** What the code means, for people; free of facts about a study. */
  readonly meaning: string;
  /** How a client of the API is told (RFC 9457); of those codes alone that can reach one. */
  readonly problem?: ProblemKind;
  /** Heading of docs/runbook.md that says what to do; of faults of a system alone. */
  readonly runbook?: string;
}

export interface ProblemKind {
  /** HTTP status (RFC 9110). */
  readonly status: number;
  readonly title: string;
}

const reason = (meaning: string) => ({ kind: 'reason', retryable: false, meaning }) as const;
const warning = (meaning: string) => ({ kind: 'warning', retryable: false, meaning }) as const;
const unmeasured = (meaning: string) => ({ kind: 'unmeasured', retryable: false, meaning }) as const;
const passedOver = (meaning: string) => ({ kind: 'passed-over', retryable: false, meaning }) as const;
const workitem = (meaning: string) => ({ kind: 'workitem', retryable: false, meaning }) as const;
const archiveWay = (meaning: string) => ({ kind: 'archive-way', retryable: false, meaning }) as const;
const fault = (runbook: string, meaning: string, retryable: boolean) =>
  ({ kind: 'fault', retryable, meaning, runbook }) as const;
const toldFault = (runbook: string, problem: ProblemKind, meaning: string) =>
  ({ kind: 'fault', retryable: true, meaning, problem, runbook }) as const;
const start = (meaning: string) =>
  ({ kind: 'start', retryable: false, meaning, runbook: 'SpinegradeTargetDown' }) as const;
const refusal = (status: number, title: string, meaning: string) =>
  ({ kind: 'refusal', retryable: status === 503, meaning, problem: { status, title } }) as const;

/** Every code that events, metrics and results carry. */
export const CATALOGUE = {
  'contradicting-patients': reason('Images of one study contradict each other about whose they are.'),
  'not-in-archive': reason('The archive holds no series of the study.'),
  'no-sagittal-t1': reason('The model needs a sagittal T1 series, and none could be used.'),
  'no-sagittal-t2': reason('The model needs a sagittal T2 series, and none could be used.'),
  'no-axial-t2': reason('The model needs an axial T2 series, and none could be used.'),
  'frames-too-large': reason('The images of a series have more pixels than the configuration allows.'),
  'beyond-limit': reason('The study is larger, or takes longer to read, than the configuration allows.'),
  'image-unreadable': reason('An image that is to be graded cannot be read or decoded.'),
  'file-unreadable': reason('A file that may belong to the study cannot be read.'),
  'no-lumbar-spine': reason('What is to be seen is no lumbar spine.'),
  'discs-not-found': reason('Not every lumbar disc was found.'),
  'nothing-graded': reason('No network of the model found what it reads.'),

  'without-sagittal-t1': warning(
    'No sagittal T1 series could be used; what is read there was read without it.',
  ),
  'without-sagittal-t2': warning(
    'No sagittal T2 series could be used; what is read there was read without it.',
  ),
  'without-axial-t2': warning('No axial T2 series could be used; what is read there was read without it.'),
  'slices-missing': warning('A stack of images has a gap.'),
  'contrast-from-pixels': warning('Only the pixels of a series tell its contrast.'),
  'shared-sop-instance-uids': warning('A SOP Instance UID names images of more than one series.'),
  'sacrum-not-seen': warning('S1/S2 was not seen: the numbering of the levels is less certain.'),
  'numbering-uncertain': warning('The discs could be numbered otherwise.'),
  'not-read': warning('A network of the model found no image of some places.'),
  'context-incomplete': warning('Attributes of patient or study could not be copied from the images.'),

  'measured-otherwise': warning(
    'A length or area that was measured and a grade do not fit each other by a threshold of the literature; neither was changed.',
  ),

  'level-out-of-view': unmeasured('The slices around the middle do not show the level whole.'),
  'axial-misses-disc': unmeasured('No axial T2 slice passes through the disc.'),
  'no-axial-slices': unmeasured('No axial T2 series could be used.'),
  'not-outlined': unmeasured(
    'What would be measured was not made out on the slice: metal, another artefact, or anatomy that the model does not know.',
  ),
  'not-plausible': unmeasured('What was made out on the slice has a size that no spine has.'),

  'composed-anew': warning(
    'The results were composed and stored anew because that was asked for, whether anything had changed or not.',
  ),
  'result-uid-taken': warning(
    'The archive holds something else under the UID that a result would have: the result has another UID.',
  ),

  ...SERIES_CODES,

  'uid-unusable': passedOver(
    'A UID that cannot be asked for: it holds characters other than digits and dots.',
  ),
  'row-unreadable': passedOver(
    'A row of a query that names nothing, or an attribute in it that cannot be read.',
  ),
  'series-not-used': passedOver('A series of an analysed study that was not chosen; its decision says why.'),
  'instances-not-used': passedOver(
    'Objects of a chosen series that are no images of use, or cannot be read.',
  ),

  'rows-not-shown': passedOver('The archive shows fewer rows of a query than it holds.'),

  'includefield-refused': archiveWay(
    'Refuses includefield: it is asked without, and counts are counted here.',
  ),
  'modality-filter-refused': archiveWay('Refuses ModalitiesInStudy: what is not MR is left out here.'),
  'page-size-refused': archiveWay('Refuses the limit of a query: it is asked for fewer rows at a time.'),
  'offset-refused': archiveWay('Refuses offset=0: the first page is asked for without.'),
  'offset-ignored': archiveWay('Ignores offset: it is asked for more and more rows instead of pages.'),
  'empty-page-not-found': archiveWay('Answers 404 where nothing matches a query: that is no fault.'),
  'nothing-found-anywhere': archiveWay(
    'Answers 404 to every query for studies: it is taken for empty. If it is not, PACS_URL is not its DICOMweb root.',
  ),
  'stored-syntax-refused': archiveWay(
    'Does not send images as they are stored: they are asked for in its default transfer syntax.',
  ),
  'json-type-refused': archiveWay('Gives DICOM JSON only under another media type: it is asked for by that.'),
  'store-without-study': archiveWay('Takes objects at /studies alone, not at the study’s own address.'),
  'transaction-uid-otherwise': archiveWay(
    'The worklist takes updates otherwise than by POST with the Transaction UID in `transaction-uid`: they are sent so.',
  ),
  'workitem-without-array': archiveWay(
    'The worklist takes a workitem alone, not an array of one: it is sent so.',
  ),
  'worklist-keys-refused': archiveWay(
    'The worklist refuses matching keys: it is asked for more, and what is not meant is left out here.',
  ),
  'store-tells-nothing': archiveWay('Does not say what it stored: each object is read back, as ever.'),
  'query-cut-off': passedOver('A query for studies of no or an absurd date found more than is looked at.'),
  'count-untrue': passedOver(
    'The instance count of a study does not fit those of its series; the study is looked at again and again.',
  ),

  'input-without-study': workitem('The input of the step names no study.'),
  'input-many-studies': workitem('The input of the step names more than one study.'),
  'input-elsewhere': workitem(
    'The input of the step lies in another archive than the one that this service reads.',
  ),
  'input-series-missing': workitem(
    'The input of the step names a series that the archive does not hold of its study.',
  ),
  'input-restricted': workitem('The input of the step names some series of the study; no other was used.'),
  'output-elsewhere': workitem(
    'The output of the step is to be stored in another archive than the one that this service stores in.',
  ),
  'cancel-asked': workitem('Somebody asked for the step to be canceled.'),
  'analysis-cancelled': workitem('Somebody cancelled the analysis that the step asked for.'),
  'step-taken': workitem('Another performer has claimed the step: it is left alone.'),
  'step-taken-away': workitem('The worklist has ended the step, or has it no more.'),
  'step-refused': workitem(
    'The worklist refuses again and again what is said of a step that this service has claimed.',
  ),

  'archive-unreachable': fault(
    'SpinegradeArchiveUnreachable',
    'The archive cannot be reached or does not answer in time.',
    true,
  ),
  'archive-refuses-credentials': fault(
    'SpinegradeArchiveRefusesCredentials',
    'The archive refuses the credentials of this service.',
    true,
  ),
  'archive-certificate-refused': fault(
    'SpinegradeArchiveCertificateRefused',
    'The archive’s certificate is not accepted: expired, of an unknown authority, or made out to another name.',
    true,
  ),
  'archive-fault': fault(
    'SpinegradeArchiveFailing',
    'The archive answered with a fault, or with something that is no answer.',
    true,
  ),
  'worklist-fault': fault(
    'SpinegradeWorklistFailing',
    'The worklist cannot be reached, refuses this service, or answers with something that is no answer.',
    true,
  ),
  'inference-unreachable': fault(
    'SpinegradeInferenceServerAway',
    'The inference server cannot be reached, is not ready, or does not answer in time.',
    true,
  ),
  'inference-refuses-credentials': fault(
    'SpinegradeInferenceServerAway',
    'The inference server refuses the credentials of this service.',
    true,
  ),
  'inference-mismatch': fault(
    'SpinegradeInferenceServerAway',
    'The inference server lacks a network of the model pack, or has another in its place; each difference is named.',
    true,
  ),
  'inference-fault': fault(
    'SpinegradeInferenceServerAway',
    'The inference server answered with a fault, or with something that is no answer.',
    true,
  ),
  'poison-study': fault(
    'SpinegradeStudySetAside',
    'Work on the study ended the process again and again; it is set aside.',
    false,
  ),
  'disk-full': toldFault(
    'SpinegradeDiskLow',
    { status: 503, title: 'Disk is full' },
    'The disk of the database is full.',
  ),
  'disk-low': toldFault(
    'SpinegradeDiskLow',
    { status: 503, title: 'Disk is nearly full' },
    'The disk of the database is nearly full: nothing more is taken in until there is room.',
  ),
  'database-unavailable': toldFault(
    'SpinegradeDatabaseUnavailable',
    { status: 503, title: 'Database is not available' },
    'The database does not answer, or broke the work off.',
  ),
  'not-in-time': fault(
    'SpinegradeAnalysesFailing',
    'The analysis did not come to its end in the time it is given.',
    true,
  ),

  'config-unusable': start('Settings are missing, malformed, contradictory or misspelt; each is named.'),
  'audit-log-unusable': start('The audit log cannot be written, or another process writes it.'),
  'tls-unusable': start('Certificate and key cannot be used, do not belong together, or have expired.'),
  'too-few-open-files': start('The system lets the process open too few files.'),
  'model-pack-refused': start(
    'The model pack is incomplete, or not what its manifest says; each problem is named.',
  ),
  'no-execution-provider': start('No execution provider that was asked for can run the networks here.'),
  'database-newer': start('The tables of the database were made by a newer version of the program.'),
  'data-folder-in-use': start('Another process owns the data folder.'),
  'data-folder-unusable': start('The data folder cannot be made, or not be written to.'),
  'data-folder-open': start('Others can enter the data folder, which holds data of patients.'),

  'invalid-request': refusal(400, 'Invalid request', 'The request cannot be served as it was sent.'),
  unauthenticated: refusal(401, 'Not authenticated', 'The request does not say, or not credibly, who asks.'),
  forbidden: refusal(403, 'Forbidden', 'Who asks may not do this.'),
  'not-found': refusal(404, 'Not found', 'There is nothing at this address.'),
  'method-not-allowed': refusal(405, 'Method not allowed', 'What is there does not know this method.'),
  'not-acceptable': refusal(406, 'Not acceptable', 'There is no form of it that the client accepts.'),
  'no-results': refusal(409, 'The study has no results', 'No analysis of the study has results.'),
  'cursor-unusable': refusal(
    400,
    'Cursor cannot be used',
    'The cursor is none, or of a list with another filter.',
  ),
  'analysis-final': refusal(
    409,
    'Analysis is final',
    'The analysis has come to its end, and cannot be cancelled.',
  ),
  'too-late-to-cancel': refusal(
    409,
    'Too late to cancel',
    'Results of the analysis are on their way into the archive: it comes to its end as it would.',
  ),
  'nothing-to-retry': refusal(
    409,
    'Nothing to retry',
    'The results of the analysis are stored. A new revision can be asked for with `force`.',
  ),
  'not-failed': refusal(409, 'Analysis has not failed', 'Only of an analysis that failed note is taken.'),
  'unknown-series': refusal(
    422,
    'Series is not there',
    'The override names a series that the study does not have.',
  ),
  'idempotency-key-reused': refusal(
    422,
    'Idempotency-Key was used otherwise',
    'Something else was asked for under this Idempotency-Key in the last 24 hours.',
  ),
  'request-under-way': refusal(
    409,
    'Request is under way',
    'A request with this Idempotency-Key is still being taken.',
  ),
  'analysis-under-way': refusal(
    409,
    'Analysis is under way',
    'An analysis of the study runs that was asked for otherwise; ask again when it has ended.',
  ),
  'callback-refused': refusal(
    422,
    'Callback refused',
    'The callback goes to a host that the settings do not allow, or to no usable URL.',
  ),
  'event-unknown': refusal(
    400,
    'Event is of no known kind',
    'No kind of EVENT_KINDS_FILE takes an event of this type and source.',
  ),
  'event-without-study': refusal(
    400,
    'Event names no study',
    'Where its kind has the Study Instance UID, the event has none.',
  ),
  'sender-not-allowed': refusal(
    403,
    'Sender is not allowed',
    'EVENT_KINDS_FILE does not name this sender of events.',
  ),
  'payload-too-large': refusal(413, 'Payload too large', 'The body is too large, or has no stated length.'),
  'unsupported-media-type': refusal(415, 'Unsupported media type', 'The body is not JSON.'),
  misdirected: refusal(421, 'Misdirected request', 'The request names another host than this one.'),
  'too-many-requests': refusal(429, 'Too many requests', 'One address or key asks more often than it may.'),
  'request-not-in-time': refusal(
    408,
    'Request not in time',
    'The request did not come in whole in the time it has.',
  ),
  'headers-too-large': refusal(
    431,
    'Headers too large',
    'The headers of the request are larger than is read.',
  ),
  internal: refusal(500, 'Internal error', 'A fault of the service; its log knows it by the instance.'),
  stopping: refusal(503, 'Service is stopping', 'The service is stopping and takes no new work.'),
  'archive-unavailable': refusal(
    503,
    'Archive is not available',
    'The archive has to be asked for the series of the study, and does not answer.',
  ),
  'identity-provider-away': refusal(
    503,
    'Identity provider is not available',
    'The identity provider does not give the keys with which its tokens are checked.',
  ),
  busy: refusal(503, 'Service is busy', 'Too many requests wait for the database.'),
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

export type Code = keyof typeof CATALOGUE;
/** The codes of one kind. */
export type CodeOf<Kind extends CatalogueEntry['kind']> = {
  [Name in Code]: (typeof CATALOGUE)[Name] extends { readonly kind: Kind } ? Name : never;
}[Code];
/** The codes that can reach a client of the API. */
export type ProblemCode = {
  [Name in Code]: (typeof CATALOGUE)[Name] extends { readonly problem: ProblemKind } ? Name : never;
}[Code];
