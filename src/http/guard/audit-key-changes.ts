import { AUDIT_CODES } from '../../audit/audit-entry.ts';
import type { AuditEvent } from '../../audit/audit-log.ts';
import type { Database } from '../../database/sql.ts';

interface KeyChange {
  readonly id: string;
  readonly change: 'create' | 'revoke';
  readonly keyId: string;
  readonly keyName: string;
  readonly madeBy: string;
  readonly madeAt: Date;
}

const AT_ONCE = 100;

/**
 * Takes changes of keys that are in no audit log yet into this one. Of several processes one takes each; where it ends in
 * between, a change may be there twice, but never be missing.
 */
export async function auditKeyChanges(
  database: Pick<Database, 'transaction'>,
  record: (event: AuditEvent) => void,
): Promise<void> {
  await database.transaction(async (sql) => {
    const { rows } = await sql.query<KeyChange>(
      `SELECT id::text, change, key_id AS "keyId", key_name AS "keyName", made_by AS "madeBy", made_at AS "madeAt"
       FROM spinegrade.api_key_change WHERE audited_at IS NULL ORDER BY id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`,
    );
    if (rows.length === 0) return;
    for (const change of rows) record(eventOf(change));
    const ids = rows.map(({ id }) => id);
    await sql.query(
      'UPDATE spinegrade.api_key_change SET audited_at = now() WHERE id IN (SELECT jsonb_array_elements_text($1)::bigint)',
      [JSON.stringify(ids)],
    );
  });
}

function eventOf({ change, keyId, keyName, madeBy, madeAt }: KeyChange): AuditEvent {
  return {
    EventIdentification: {
      EventID: AUDIT_CODES.securityAlert,
      EventTypeCode: AUDIT_CODES.userSecurityChanged,
      EventActionCode: change === 'create' ? 'C' : 'D',
      EventDateTime: madeAt.toISOString(),
      EventOutcomeIndicator: 0,
    },
    ActiveParticipant: [{ UserID: madeBy, UserIsRequestor: true }],
    ParticipantObjectIdentification: [
      {
        ParticipantObjectTypeCode: '2',
        ParticipantObjectTypeCodeRole: '13',
        ParticipantObjectIDTypeCode: AUDIT_CODES.apiKey,
        ParticipantObjectID: keyId,
        ParticipantObjectName: keyName,
      },
    ],
  };
}
