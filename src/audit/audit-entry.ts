/**
 * What is recorded: an audit message of PS3.15 A.5 with the names of its schema (A.5.1), as JSON.
 */
export interface AuditMessage {
  readonly EventIdentification: {
    readonly EventID: Code;
    readonly EventTypeCode?: Code;
    readonly EventActionCode: ActionCode;
    readonly EventDateTime: string;
    readonly EventOutcomeIndicator: Outcome;
  };
  readonly ActiveParticipant: readonly [Participant, ...Participant[]];
  readonly AuditSourceIdentification: { readonly AuditSourceID: string; readonly AuditSourceTypeCode: '4' };
  readonly ParticipantObjectIdentification: readonly ParticipantObject[];
}

/** Create, read, update, delete, execute. */
export type ActionCode = 'C' | 'R' | 'U' | 'D' | 'E';
/** 0 success, 4 minor failure: the action was refused, 8 serious failure: it was broken off. */
export type Outcome = 0 | 4 | 8;

export interface Code {
  readonly 'csd-code': string;
  readonly codeSystemName: string;
  readonly originalText: string;
}

export interface Participant {
  readonly UserID: string;
  readonly UserName?: string;
  readonly UserIsRequestor: boolean;
  readonly RoleIDCode?: Code;
  /** 2: an IP address. */
  readonly NetworkAccessPointTypeCode?: '2';
  readonly NetworkAccessPointID?: string;
}

export interface ParticipantObject {
  /** 2: system object. */
  readonly ParticipantObjectTypeCode: '2';
  /** 3 report, 13 security resource, 20 job. */
  readonly ParticipantObjectTypeCodeRole: '3' | '13' | '20';
  readonly ParticipantObjectIDTypeCode: Code;
  readonly ParticipantObjectID: string;
  readonly ParticipantObjectName?: string;
}

const dcm = (code: string, meaning: string): Code => ({
  'csd-code': code,
  codeSystemName: 'DCM',
  originalText: meaning,
});
const own = (code: string, meaning: string): Code => ({
  'csd-code': code,
  codeSystemName: '99SPINEGRADE',
  originalText: meaning,
});

/** CID 400 and 401 of PS3.16, and what they have no code for. */
export const AUDIT_CODES = {
  applicationActivity: dcm('110100', 'Application Activity'),
  procedureRecord: dcm('110111', 'Procedure Record'),
  query: dcm('110112', 'Query'),
  securityAlert: dcm('110113', 'Security Alert'),
  userAuthentication: dcm('110114', 'User Authentication'),
  applicationStart: dcm('110120', 'Application Start'),
  applicationStop: dcm('110121', 'Application Stop'),
  login: dcm('110122', 'Login'),
  logout: dcm('110123', 'Logout'),
  restrictedFunction: dcm('110132', 'Use of Restricted Function'),
  userSecurityChanged: dcm('110137', 'User Security Attributes Changed'),
  application: dcm('110150', 'Application'),
  studyInstanceUid: dcm('110180', 'Study Instance UID'),
  analysis: own('analysis', 'Analysis'),
  delivery: own('delivery', 'Delivery of a callback'),
  apiKey: own('api-key', 'API key'),
} as const;
