import { type OwnGate, openGate } from '../../../process/gate.ts';
import { InferenceError, type InferenceFaultCode } from './inference-error.ts';
import type { InferenceServer } from './inference-server.ts';

/** Why no network can run on the server, whatever the study. */
export type InferenceAway = InferenceFaultCode;

export interface InferenceGateParts {
  readonly server: Pick<InferenceServer, 'verify'>;
  /** The gate closed, in the words of the fault, or (null) opened again after `awayMs`. */
  onChange(away: InferenceAway | null, awayMs: number, words: string): void;
  readonly firstProbeMs?: number;
  readonly longestProbeMs?: number;
}

/**
 * The gate of an inference server, which is looked at whole: a server that is away now closes it, and so work waits; it
 * opens once the server answers, and is what the packs say.
 * @throws InferenceError `inference-mismatch` where it is not that: somebody has to put it right.
 */
export async function openInferenceGate(parts: InferenceGateParts): Promise<OwnGate<InferenceAway>> {
  const { server, onChange, ...waits } = parts;
  let words = '';
  const gate = openGate<InferenceAway>({
    ...waits,
    async probe(signal) {
      try {
        await server.verify(signal);
        return { away: null };
      } catch (error) {
        words = error instanceof Error ? error.message : String(error);
        if (!(error instanceof InferenceError)) return { away: 'inference-fault' };
        return { away: error.code, retryAfterMs: error.retryAfterMs };
      }
    },
    isSuspect: (error) => inferenceErrorOf(error) !== null,
    onChange: (away, awayMs) => onChange(away, awayMs, words),
  });
  try {
    await server.verify();
  } catch (error) {
    if (!(error instanceof InferenceError) || error.code === 'inference-mismatch') throw error;
    words = error.message;
    gate.closeBy(error.code);
  }
  return gate;
}

/** The fault of an inference server that an error is, or was caused by. */
function inferenceErrorOf(error: unknown): InferenceError | null {
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth += 1) {
    if (each instanceof InferenceError) return each;
  }
  return null;
}
