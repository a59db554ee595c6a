import { AUDIT_CODES, type Code } from '../audit/audit-entry.ts';
import { type AuditEvent, type AuditLog, auditToFile, auditToStandardOutput } from '../audit/audit-log.ts';
import type { AccessSettings } from '../config/access-settings.ts';
import type { Database } from '../database/sql.ts';
import { auditKeyChanges } from '../http/guard/audit-key-changes.ts';
import type { Events } from '../observe/events/events.ts';
import type { ClosingStack } from '../process/closing-stack.ts';

export type RecordAudit = (event: AuditEvent) => void;

/** How often changes of keys are looked for. */
const KEY_CHANGES_MS = 5_000;

/**
 * The audit log of the settings, with the start and the stop of the process in it. A line that cannot be written is told in
 * the log, and the work goes on.
 * @throws AuditLogError
 */
export function openAudit(
  { auditLog }: AccessSettings,
  database: Database,
  events: Pick<Events, 'auditLost'>,
  closing: ClosingStack,
): RecordAudit {
  if (auditLog === null) return () => undefined;
  const log: AuditLog = auditLog === 'stdout' ? auditToStandardOutput() : auditToFile(auditLog.file);
  const record: RecordAudit = (event) => {
    try {
      log.record(event);
    } catch (fault) {
      events.auditLost(fault);
    }
  };
  record(activity(AUDIT_CODES.applicationStart));
  const changes = setInterval(() => {
    // While the database is away they wait there.
    void auditKeyChanges(database, (event) => log.record(event)).catch(() => undefined);
  }, KEY_CHANGES_MS);
  changes.unref();
  closing.add(async () => {
    clearInterval(changes);
    record(activity(AUDIT_CODES.applicationStop));
    log.close();
  });
  return record;
}

function activity(type: Code): AuditEvent {
  return {
    EventIdentification: {
      EventID: AUDIT_CODES.applicationActivity,
      EventTypeCode: type,
      EventActionCode: 'E',
      EventDateTime: new Date().toISOString(),
      EventOutcomeIndicator: 0,
    },
    ActiveParticipant: [
      {
        UserID: `pid ${process.pid}`,
        UserName: 'spinegrade',
        UserIsRequestor: false,
        RoleIDCode: AUDIT_CODES.application,
      },
    ],
    ParticipantObjectIdentification: [],
  };
}
