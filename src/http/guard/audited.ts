import type { Request, RequestHandler, Response } from 'express';
import {
  type ActionCode,
  AUDIT_CODES,
  type Code,
  type Outcome,
  type Participant,
  type ParticipantObject,
} from '../../audit/audit-entry.ts';
import type { AuditEvent } from '../../audit/audit-log.ts';
import { callerName, knownCaller, type Permission } from './guarded.ts';

/** An operation of the contract, as far as the audit log tells of it. */
export interface AuditedOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly permission: Permission;
  /** Where it is by this that somebody signs in or out: needs no permission, and is recorded all the same. */
  readonly signing?: 'login' | 'logout';
}

/** Asked every few seconds, and about no study. */
const NOT_RECORDED = ['metrics'];

/** Records who asked for an operation, from where, on what and with what result, once it has been answered. */
export function audited(operation: AuditedOperation, record: (event: AuditEvent) => void): RequestHandler {
  const { operationId, path, permission, signing } = operation;
  const isOpen = permission === 'none' && signing === undefined;
  if (isOpen || NOT_RECORDED.includes(operationId)) return (_request, _response, next) => next();
  return (request, response, next) => {
    const objects = objectsOf(path, request.params);
    // A connection that has closed has none.
    const { ip } = request;
    response.once('close', () => {
      record(
        eventOf(operation, ip, response, [...objects, ...studiesOf(response), ...analysesMade(response)]),
      );
    });
    next();
  };
}

function eventOf(
  operation: AuditedOperation,
  address: string | undefined,
  response: Response,
  objects: readonly ParticipantObject[],
): AuditEvent {
  const { statusCode: status, writableFinished } = response;
  const outcome: Outcome = !writableFinished || status >= 500 ? 8 : status >= 400 ? 4 : 0;
  return {
    EventIdentification: {
      ...kindOf(operation, status, objects.length > 0),
      EventDateTime: new Date().toISOString(),
      EventOutcomeIndicator: outcome,
    },
    ActiveParticipant: [requestor(address, response), SERVICE],
    ParticipantObjectIdentification: objects,
    operation: operation.operationId,
    status,
  };
}

const SERVICE: Participant = {
  UserID: 'spinegrade',
  UserIsRequestor: false,
  RoleIDCode: AUDIT_CODES.application,
};

function requestor(address: string | undefined, response: Response): Participant {
  const { name } = knownCaller(response);
  return {
    UserID: callerName(response),
    ...(name && { UserName: name }),
    UserIsRequestor: true,
    ...(address && { NetworkAccessPointTypeCode: '2', NetworkAccessPointID: address }),
  };
}

interface Kind {
  readonly EventID: Code;
  readonly EventTypeCode?: Code;
  readonly EventActionCode: ActionCode;
}

function kindOf({ method, permission, signing }: AuditedOperation, status: number, isOfStudy: boolean): Kind {
  const events = AUDIT_CODES;
  if (signing !== undefined) {
    return { EventID: events.userAuthentication, EventTypeCode: events[signing], EventActionCode: 'E' };
  }
  if (status === 401) {
    return { EventID: events.userAuthentication, EventTypeCode: events.login, EventActionCode: 'E' };
  }
  if (status === 403) {
    return { EventID: events.securityAlert, EventTypeCode: events.restrictedFunction, EventActionCode: 'E' };
  }
  if (method === 'delete') return { EventID: events.procedureRecord, EventActionCode: 'D' };
  if (method !== 'get') {
    return { EventID: events.procedureRecord, EventActionCode: permission === 'analyze' ? 'C' : 'U' };
  }
  if (isOfStudy) return { EventID: events.procedureRecord, EventActionCode: 'R' };
  return { EventID: events.query, EventActionCode: 'E' };
}

/** What the path names. It is the hospital's own record: UIDs stand in it as they are. */
function objectsOf(path: string, params: Request['params']): readonly ParticipantObject[] {
  const { studyInstanceUid, id } = params as { readonly studyInstanceUid?: string; readonly id?: string };
  const kind = path.includes('/deliveries/') ? AUDIT_CODES.delivery : AUDIT_CODES.analysis;
  return [
    ...(studyInstanceUid === undefined ? [] : [object('3', AUDIT_CODES.studyInstanceUid, studyInstanceUid)]),
    ...(id === undefined ? [] : [object('20', kind, id)]),
  ];
}

const toldOf = new WeakMap<Response, readonly string[]>();

/** Has the audit log name these studies too, of which the body tells. */
export function recordStudies(response: Response, studies: readonly string[]): void {
  toldOf.set(response, studies);
}

function studiesOf(response: Response): readonly ParticipantObject[] {
  return (toldOf.get(response) ?? []).map((study) => object('3', AUDIT_CODES.studyInstanceUid, study));
}

const madeBy = new WeakMap<Response, readonly string[]>();

/** Has the audit log name these analyses too, which the request put in the queue though neither path nor Location names them. */
export function recordAnalyses(response: Response, ids: readonly string[]): void {
  madeBy.set(response, ids);
}

/** The analyses that an answer points to. */
function analysesMade(response: Response): readonly ParticipantObject[] {
  const id = /^\/analyses\/([\da-f-]{36})$/.exec(String(response.getHeader('location') ?? ''))?.[1];
  const ids = [...(id === undefined ? [] : [id]), ...(madeBy.get(response) ?? [])];
  return ids.map((each) => object('20', AUDIT_CODES.analysis, each));
}

function object(role: '3' | '20', type: Code, id: string): ParticipantObject {
  return {
    ParticipantObjectTypeCode: '2',
    ParticipantObjectTypeCodeRole: role,
    ParticipantObjectIDTypeCode: type,
    ParticipantObjectID: id,
  };
}
