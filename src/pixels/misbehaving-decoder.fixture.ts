/** A decoder's thread that does to some frames what no decoder should. */
import { answerQuestions } from '../process/conversation.ts';
import { decodeFrame } from './decode-frame.ts';
import type { DecoderAnswer } from './decoder-worker.ts';
import type { EncodedFrame } from './encoded-frame.ts';

answerQuestions<EncodedFrame, DecoderAnswer>(null, {
  async answer(frame) {
    if (frame.sopInstanceUid === '2.25.666') for (;;);
    if (frame.sopInstanceUid === '2.25.667') process.exit(1);
    if (frame.sopInstanceUid === '2.25.668') throw new RangeError('Array buffer allocation failed');
    return { values: await decodeFrame(frame) };
  },
  close: async () => undefined,
});
