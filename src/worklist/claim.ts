import type { Code } from '../domain/catalogue.ts';
import type { Stage } from '../domain/stage.ts';
import type { SopInstanceUid, StudyInstanceUid } from '../domain/uid.ts';

/** A step that this installation has claimed, or is about to. */
export interface Claim {
  readonly workitem: SopInstanceUid;
  /** Ours, and for nobody else: it opens the step. */
  readonly transactionUid: string;
  /** `claiming`: the worklist was asked, and what it said is not known. */
  readonly state: 'claiming' | 'claimed';
  readonly study: StudyInstanceUid | null;
  /** Null until it was submitted, and while it waits to be once more. */
  readonly analysisId: string | null;
  /** What was last reported; `queued` before the first stage. */
  readonly toldStage: Stage | 'queued' | null;
  readonly cancelRequested: boolean;
  /** Analyses that were asked for. */
  readonly submissions: number;
  readonly claimedAt: Date;
  /** Whether it is to be gone on with now. */
  readonly isDue: boolean;
}

/** How a step ended. `taken-away`: the worklist ended it. `given-up`: the worklist takes nothing more of it from us. */
export type StepOutcome = 'completed' | 'canceled' | 'taken-away' | 'given-up';

/** Claims, durably. Writes are those of the one process that acts. */
export interface ClaimStore {
  /** Those that are not ended, the oldest first. */
  open(): Promise<readonly Claim[]>;
  /** Written before the worklist is asked. False: the step is claimed already. */
  begin(workitem: SopInstanceUid, transactionUid: string): Promise<boolean>;
  /** Another has the step. */
  forget(workitem: SopInstanceUid): Promise<void>;
  claimed(workitem: SopInstanceUid): Promise<void>;
  submitted(workitem: SopInstanceUid, study: StudyInstanceUid, analysisId: string): Promise<void>;
  told(workitem: SopInstanceUid, stage: Stage | 'queued'): Promise<void>;
  /** Of those given that are claimed and not asked to end before. */
  requestCancel(workitems: readonly SopInstanceUid[]): Promise<readonly SopInstanceUid[]>;
  /** Its analysis failed of what may pass: another is asked for after so many seconds. */
  putOff(workitem: SopInstanceUid, seconds: number): Promise<void>;
  /** Something about it did not work: it is gone on with after so many seconds. */
  rest(workitem: SopInstanceUid, seconds: number): Promise<void>;
  /** The worklist refused what was said of a claimed step. @returns how often now */
  refused(workitem: SopInstanceUid, seconds: number): Promise<number>;
  ended(workitem: SopInstanceUid, outcome: StepOutcome, codes: readonly Code[]): Promise<void>;
  /** Whether anybody else wants the analysis: a trigger that is none of a worklist, or another step. */
  othersWant(claim: Claim): Promise<boolean>;
}
