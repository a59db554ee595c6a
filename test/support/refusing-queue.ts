import type { AnalysisQueue } from '../../src/jobs/analysis-queue.ts';

/** A queue in which everything that is asked fails in the same way. */
export function refusingQueue(error: () => unknown = () => new Error('nobody asks')): AnalysisQueue {
  const refuse = async () => {
    throw error();
  };
  return {
    submit: refuse,
    find: refuse,
    ofStudy: refuse,
    depth: refuse,
    work: async () => {},
    stopping: false,
    stop: async () => {},
  };
}
