import type { AppParts } from '../../src/http/app.ts';

/** Nobody may be told, and nobody was. */
export const NO_CALLBACK_PARTS: Pick<AppParts, 'callbacks' | 'deliveries'> = {
  callbacks: { allows: () => false, ask: () => Promise.reject(new Error('nobody may ask')) },
  deliveries: { list: async () => [], replay: async () => null },
};
