/** An analysis that is open, with the job that stands for it. */
export interface OpenAnalysis {
  readonly id: string;
  readonly created: boolean;
  readonly state: 'queued' | 'running';
  readonly jobId: string;
  /** By which jobs are taken, the highest first. */
  readonly rank: number;
}
