import { CATALOGUE, type CodeOf } from '../domain/catalogue.ts';
import { Fault } from '../domain/fault.ts';

/** What was asked for cannot be had as things are; in the catalogue's words. */
export class RequestError<Name extends CodeOf<'refusal'> = CodeOf<'refusal'>> extends Fault<Name> {
  override readonly name: string = 'RequestError';
  constructor(code: Name) {
    super(code, CATALOGUE[code].meaning);
  }
}

/** An analysis of the study runs, and it was asked for otherwise. */
export class AnalysisUnderWayError extends RequestError<'analysis-under-way'> {
  override readonly name = 'AnalysisUnderWayError';
  constructor() {
    super('analysis-under-way');
  }
}
