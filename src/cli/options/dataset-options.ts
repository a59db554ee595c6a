import type { PhantomOptions } from '../../phantom/phantom-options.ts';
import { PROTOCOL_FAMILIES } from '../../phantom/picture/protocol/protocol-family.ts';
import { MisuseError, oneOf, parseOptions, wholeNumber } from './option-values.ts';

export const DATASET_USAGE = `usage: npm run -s cli -- dataset --out DIR (--studies N | --from DIR [--localiser PACK]) [--pack FILE]…
  [--seed S] [--family train|validation|held-out] [--prevalence balanced|clinical]
  [--contrast mixed|physical|random] [--without-localiser] [--workers W]

The samples that training a pack's networks needs, through the sampling code of the service, to DIR/shard-K/*.npy.
--studies N          phantoms, of which only what the samples need is rendered; study i has the seed S + i, whatever
                     the number of workers
--from DIR           studies in the layout of the RSNA 2024 challenge (DIR/<study>/<series>/<n>.dcm, or the same
                     below DIR/train_images; train.csv, train_label_coordinates.csv, train_series_descriptions.csv);
                     discs are where the localiser of PACK (default models/default) finds them
--pack FILE          the pack's template: a manifest without hashes and calibration (default training/packs/default.json);
                     several of one localiser: one data set for the networks of all of them
--without-localiser  samples of the classifiers alone
`;

const DEFAULT_TEMPLATE = 'training/packs/default.json';

const OPTIONS = {
  out: { type: 'string' },
  studies: { type: 'string' },
  from: { type: 'string' },
  localiser: { type: 'string', default: 'models/default' },
  seed: { type: 'string', default: '1' },
  family: { type: 'string', default: 'train' },
  prevalence: { type: 'string', default: 'balanced' },
  contrast: { type: 'string', default: 'mixed' },
  pack: { type: 'string', multiple: true },
  'without-localiser': { type: 'boolean', default: false },
  workers: { type: 'string', default: '2' },
  shard: { type: 'string' },
} as const;

export interface DatasetOptions {
  readonly out: string;
  readonly source:
    | {
        readonly kind: 'phantoms';
        readonly studies: number;
        readonly seed: number;
        readonly phantom: PhantomOptions;
      }
    | { readonly kind: 'challenge'; readonly from: string; readonly localiser: string };
  readonly packFiles: readonly string[];
  readonly withLocaliser: boolean;
  readonly workers: number;
  /** Set in the processes that write one shard each. */
  readonly shard: number | null;
}

/** @throws MisuseError */
export function readDatasetOptions(args: string[]): DatasetOptions {
  const { values } = parseOptions({ args, options: OPTIONS });
  if (!values.out) throw new MisuseError('--out is missing');
  if ((values.studies === undefined) === (values.from === undefined)) {
    throw new MisuseError('either --studies or --from is needed');
  }
  const phantom: PhantomOptions = {
    family: oneOf('--family', values.family, PROTOCOL_FAMILIES),
    prevalence: oneOf('--prevalence', values.prevalence, ['balanced', 'clinical'] as const),
    contrast: oneOf('--contrast', values.contrast, ['mixed', 'physical', 'random'] as const),
  };
  return {
    out: values.out,
    source:
      values.from === undefined
        ? {
            kind: 'phantoms',
            studies: wholeNumber('--studies', values.studies!, 1),
            seed: wholeNumber('--seed', values.seed, Number.MIN_SAFE_INTEGER),
            phantom,
          }
        : { kind: 'challenge', from: values.from, localiser: values.localiser },
    packFiles: values.pack ?? [DEFAULT_TEMPLATE],
    withLocaliser: !values['without-localiser'],
    workers: wholeNumber('--workers', values.workers, 1),
    shard: values.shard === undefined ? null : wholeNumber('--shard', values.shard, 0),
  };
}
