import { variantInWords } from '../../phantom/anatomy/spine-variant.ts';
import type { PhantomOptions } from '../../phantom/phantom-options.ts';
import { PROTOCOL_FAMILIES } from '../../phantom/picture/protocol/protocol-family.ts';
import { OTHER_BODY_PARTS } from '../../phantom/tissue/head-and-neck/head-and-neck.ts';
import { MisuseError, oneOf, parseOptions, wholeNumber } from '../options/option-values.ts';
import { VARIANT_OPTIONS, variantOf } from '../options/variant-options.ts';

/** What `cli phantom` was asked for. */
export interface PhantomCommandOptions {
  readonly out: string;
  readonly studies: number;
  readonly seed: number;
  readonly studyDate: string;
  readonly study: PhantomOptions;
  readonly tablesOnly: boolean;
  readonly pictures: boolean;
}

/** @throws MisuseError */
export function readOptions(args: string[]): PhantomCommandOptions {
  const { values } = parseOptions({
    args,
    options: {
      out: { type: 'string' },
      studies: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      family: { type: 'string', default: 'demo' },
      prevalence: { type: 'string', default: 'clinical' },
      'body-part': { type: 'string', default: 'lumbar-spine' },
      ...VARIANT_OPTIONS,
      'tables-only': { type: 'boolean', default: false },
      pictures: { type: 'boolean', default: false },
      'study-date': { type: 'string', default: '20240101' },
    },
  });
  const { out, 'study-date': studyDate, 'tables-only': tablesOnly, pictures } = values;
  if (!out) throw new MisuseError('--out is missing');
  const studies = wholeNumber('--studies', values.studies, 1);
  const seed = wholeNumber('--seed', values.seed, Number.MIN_SAFE_INTEGER);
  const family = oneOf('--family', values.family, PROTOCOL_FAMILIES);
  const prevalence = oneOf('--prevalence', values.prevalence, ['clinical', 'balanced'] as const);
  const bodyPart = oneOf('--body-part', values['body-part'], ['lumbar-spine', ...OTHER_BODY_PARTS] as const);
  const variant = variantOf(values);
  if (!/^\d{8}$/.test(studyDate)) throw new MisuseError('--study-date must be of the form YYYYMMDD');
  // Studies that differ must not share UIDs.
  const common = { family, prevalence, contrast: 'physical', variant } as const;
  const uidSalt = [`phantom ${family} ${prevalence}`, ...variantInWords(variant)].join(' ');
  const study: PhantomOptions =
    bodyPart === 'lumbar-spine'
      ? { ...common, uidSalt }
      : { ...common, uidSalt: `${uidSalt} ${bodyPart}`, bodyPart };
  return { out, studies, seed, studyDate, study, tablesOnly, pictures };
}
