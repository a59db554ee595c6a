import type { AppParts } from '../../src/http/app.ts';

/** A queue in which everything that is asked fails in the same way. */
export function refusingQueue(error: () => unknown = () => new Error('nobody asks')): AppParts['queue'] {
  const refuse = async () => {
    throw error();
  };
  return {
    submit: refuse,
    find: refuse,
    ofStudy: refuse,
    stopping: false,
  };
}
