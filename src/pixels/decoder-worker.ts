/** The thread of a decoder pool: decodes the frames it is sent. */

import { ImagingError } from '../dicom/imaging-error.ts';
import { answerQuestions } from '../process/conversation.ts';
import { freeMemory } from '../process/free-memory.ts';
import { decodeFrame } from './decode-frame.ts';
import type { EncodedFrame } from './encoded-frame.ts';

/** The values, or what is wrong with the frame. */
export type DecoderAnswer =
  | { readonly values: Float32Array<ArrayBuffer> }
  | { readonly problem: string; readonly tag: string | null };

answerQuestions<EncodedFrame, DecoderAnswer>(null, {
  async answer(frame) {
    try {
      return { values: await decodeFrame(frame) };
    } catch (cause) {
      if (cause instanceof ImagingError) return { problem: cause.problem, tag: cause.tag };
      throw cause;
    } finally {
      // It came to be decoded and is this thread's own: given back now, not when the garbage collector comes by.
      for (const { buffer } of frame.fragments) freeMemory(buffer);
    }
  },
  moved: (answer) => ('values' in answer ? [answer.values.buffer] : []),
  close: async () => undefined,
});
