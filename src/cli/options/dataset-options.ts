import type { PhantomOptions } from '../../phantom/phantom-options.ts';
import { PROTOCOL_FAMILIES } from '../../phantom/picture/protocol/protocol-family.ts';
import { foldsOf, MisuseError, oneOf, parseOptions, wholeNumber } from './option-values.ts';

export const DATASET_USAGE = `usage: npm run -s cli -- dataset --out DIR (--studies N | --from DIR [--localiser PACK] |
  --slices DIR [--folds F,F,…] | --masks DIR [--folds F,F,…]) [--pack FILE]…
       npm run -s cli -- dataset --out DIR (--studies N | --masks DIR [--folds F,F,…]) --segmenter FILE
  [--seed S] [--family train|validation|held-out] [--prevalence balanced|clinical]
  [--contrast mixed|physical|random] [--without-localiser] [--without-finder] [--classifier K]… [--without-classifiers]
  [--workers W]

The samples that training a pack's networks needs, through the sampling code of the service, to DIR/shard-K/*.npy.
--studies N          phantoms, of which only what the samples need is rendered; study i has the seed S + i, whatever
                     the number of workers
--from DIR           studies in the layout of the RSNA 2024 challenge (DIR/<study>/<series>/<n>.dcm, or the same
                     below DIR/train_images; train.csv, train_label_coordinates.csv, train_series_descriptions.csv);
                     discs are where the localiser of PACK (default models/default) finds them
--slices DIR         labelled slices: DIR/findings.csv (columns as docs/data.md says) and the pictures it names, PNG,
                     JPEG or WebP; places are the labelled ones, no localiser learns from them
--segmenter FILE     samples of this segmenter alone: a manifest's \`segmenter\` without hashes
                     (training/segmenter.json)
--masks DIR          masked slices: DIR/images/<case>-<slice>.webp and DIR/masks/<case>-<slice>.png (docs/data.md): samples
                     of the localiser alone, or with --segmenter of that
--folds F,F,…        only studies of these parts, 0 to 9, that they fall to by their identifier; the same for every DIR
--without-finder     no samples of the foramen finder
--classifier K       only this one of the pack's, counted from 0; may be repeated
--pack FILE          the pack's template: a manifest without hashes and calibration (default training/packs/default.json);
                     several of one localiser: one data set for the networks of all of them
--without-localiser  samples of the classifiers alone; --without-classifiers: of the localiser and the finder alone
`;

export const DEFAULT_TEMPLATE = 'training/packs/default.json';

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
  slices: { type: 'string' },
  masks: { type: 'string' },
  segmenter: { type: 'string' },
  folds: { type: 'string' },
  classifier: { type: 'string', multiple: true },
  'without-finder': { type: 'boolean', default: false },
  'without-classifiers': { type: 'boolean', default: false },
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
    | { readonly kind: 'challenge'; readonly from: string; readonly localiser: string }
    | { readonly kind: 'slices'; readonly slices: string; readonly folds: readonly number[] | null }
    | { readonly kind: 'masks'; readonly masks: string; readonly folds: readonly number[] | null };
  /** Null: samples of a pack's networks. */
  readonly segmenterFile: string | null;
  readonly packFiles: readonly string[];
  /** Of the pack's classifiers; null for all. */
  readonly classifiers: readonly number[] | null;
  readonly withLocaliser: boolean;
  readonly withFinder: boolean;
  readonly workers: number;
  /** Set in the processes that write one shard each. */
  readonly shard: number | null;
}

/** @throws MisuseError */
export function readDatasetOptions(args: string[]): DatasetOptions {
  const { values } = parseOptions({ args, options: OPTIONS });
  if (!values.out) throw new MisuseError('--out is missing');
  const { studies, from, slices, masks, segmenter } = values;
  const given = [studies, from, slices, masks].filter((each) => each !== undefined);
  if (given.length !== 1) throw new MisuseError('one of --studies, --from, --slices and --masks is needed');
  if (segmenter !== undefined && masks === undefined && studies === undefined) {
    throw new MisuseError('--segmenter is for --studies and --masks');
  }
  const phantom: PhantomOptions = {
    family: oneOf('--family', values.family, PROTOCOL_FAMILIES),
    prevalence: oneOf('--prevalence', values.prevalence, ['balanced', 'clinical'] as const),
    contrast: oneOf('--contrast', values.contrast, ['mixed', 'physical', 'random'] as const),
  };
  return {
    out: values.out,
    source: sourceOf(values, phantom),
    segmenterFile: segmenter ?? null,
    packFiles: values.pack ?? [DEFAULT_TEMPLATE],
    classifiers:
      values['without-classifiers'] || masks !== undefined
        ? []
        : (values.classifier?.map((k) => wholeNumber('--classifier', k, 0)) ?? null),
    withFinder: !values['without-finder'] && masks === undefined,
    withLocaliser: !values['without-localiser'] && values.slices === undefined,
    workers: wholeNumber('--workers', values.workers, 1),
    shard: values.shard === undefined ? null : wholeNumber('--shard', values.shard, 0),
  };
}

function sourceOf(
  {
    studies,
    from,
    slices,
    masks,
    folds,
    seed,
    localiser,
  }: Readonly<Record<string, unknown>> & {
    readonly studies?: string;
    readonly from?: string;
    readonly slices?: string;
    readonly masks?: string;
    readonly folds?: string;
    readonly seed: string;
    readonly localiser: string;
  },
  phantom: PhantomOptions,
): DatasetOptions['source'] {
  if (slices !== undefined) return { kind: 'slices', slices, folds: foldsOf(folds) };
  if (masks !== undefined) return { kind: 'masks', masks, folds: foldsOf(folds) };
  if (from !== undefined) return { kind: 'challenge', from, localiser };
  return {
    kind: 'phantoms',
    studies: wholeNumber('--studies', studies!, 1),
    seed: wholeNumber('--seed', seed, Number.MIN_SAFE_INTEGER),
    phantom,
  };
}
