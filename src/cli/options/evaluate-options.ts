import { availableParallelism } from 'node:os';
import { processEnvironment } from '../../config/environment.ts';
import { settingReader } from '../../config/setting.ts';
import { decoding, seriesRules, studyLimits } from '../../config/study-settings.ts';
import { SERIES_ROLES } from '../../domain/series-role.ts';
import type { EvaluationStudies } from '../../evaluation/sources/evaluation-sources.ts';
import type { ReadingSettings } from '../../evaluation/sources/folder-reading.ts';
import type { PhantomOptions } from '../../phantom/phantom-options.ts';
import { PROTOCOL_FAMILIES } from '../../phantom/picture/protocol/protocol-family.ts';
import { foldsOf, MisuseError, oneOf, parseOptions, wholeNumber } from './option-values.ts';
import { VARIANT_OPTIONS, variantOf } from './variant-options.ts';

export const EVALUATE_USAGE = `usage: npm run -s cli -- evaluate --model PACK… (--from DIR [--csv DIR] | --phantoms N [--family F] | --slices DIR [--folds F,F,…] |
  --masks DIR [--folds F,F,…])
  [--json FILE] [--report FILE] [--submission FILE] [--seed S] [--limit N] [--without ROLE]… [--crop SHARE] [--show STUDY]…

Runs whole studies through the stages that serve and compares with the reference.
--model PACK      may be repeated: the same studies for all, rendered once; then --json FILE stands for each in turn
--from DIR        studies as DIR/<study>/<series>/<instance>.dcm, tables as in the RSNA 2024 challenge (train.csv;
                  train_label_coordinates.csv, train_series_descriptions.csv, disc_coordinates.csv when there)
--csv DIR         where the tables lie, when not beside the studies
--phantoms N      N synthetic studies of the seeds S, S + 1, …; --family held-out (default), validation, train or demo;
                  --prevalence clinical (default) or balanced; --contrast physical (default), random or mixed;
                  --lumbar-vertebrae 4, 5 (default) or 6; --transition lumbarised-s1 or sacralised-l5
--slices DIR      labelled slices in place of studies: DIR/findings.csv (columns as docs/data.md says) and the pictures it
                  names; each finding is graded from its one slice, or three, at its label and, where the pack looks for
                  the place itself, also there; --folds: only studies of these parts, 0 to 9. Of the other options --json,
                  --report, --seed and --resamples
--masks DIR       masked slices in place of studies: DIR/images and DIR/masks (docs/data.md); how the pack's localiser finds the
                  levels in them, and its segmenter outlines and measures them. Of the other options --folds, --json, --report, --seed and --resamples
--anatomy         of --phantoms: the same against their exact outlines, at the true levels, in place of grades
--limit N         only the first N studies of DIR
--without ROLE    as if there were no such series: ${SERIES_ROLES.join(', ')}
--crop SHARE      as if every slice had only this share (above 0, at most 1) of its rows and columns, the middle ones
--json FILE       every figure; --report FILE: one HTML page; --submission FILE: the challenge's submission
--workers N       studies run side by side (default: one a core)
--show STUDY      a study to picture in the report (default: the first, and the two whose grades cost most)
--seed S          of the phantoms and of the bootstrap (default 1); --resamples N of the bootstrap (default 1000)

Studies of DIR are read within the limits and by the site's rules of the service (STUDY_MAX_…, SERIES_RULES_FILE).
`;

const OPTIONS = {
  model: { type: 'string', multiple: true },
  from: { type: 'string' },
  csv: { type: 'string' },
  phantoms: { type: 'string' },
  slices: { type: 'string' },
  masks: { type: 'string' },
  anatomy: { type: 'boolean', default: false },
  folds: { type: 'string' },
  family: { type: 'string', default: 'held-out' },
  prevalence: { type: 'string', default: 'clinical' },
  contrast: { type: 'string', default: 'physical' },
  ...VARIANT_OPTIONS,
  limit: { type: 'string' },
  without: { type: 'string', multiple: true },
  crop: { type: 'string', default: '1' },
  json: { type: 'string', multiple: true },
  report: { type: 'string' },
  submission: { type: 'string' },
  show: { type: 'string', multiple: true },
  workers: { type: 'string', default: String(availableParallelism()) },
  seed: { type: 'string', default: '1' },
  resamples: { type: 'string', default: '1000' },
} as const;

/** Labelled slices, of all studies or of those that fall to some parts. */
export interface LabelledSliceFolder {
  readonly kind: 'slices';
  readonly folder: string;
  readonly folds: readonly number[] | null;
}

/** Masked slices, of all cases or of those that fall to some parts; or phantoms, by their outlines. */
export interface OutlinedSource {
  readonly kind: 'anatomy';
  readonly of:
    | { readonly kind: 'masks'; readonly folder: string; readonly folds: readonly number[] | null }
    | {
        readonly kind: 'phantoms';
        readonly studies: number;
        readonly seed: number;
        readonly options: PhantomOptions;
      };
}

export interface EvaluateOptions {
  /** Of the packs. */
  readonly folders: readonly string[];
  readonly source:
    | { readonly kind: 'studies'; readonly studies: EvaluationStudies }
    | LabelledSliceFolder
    | OutlinedSource;
  /** None, or one file a pack. */
  readonly json: readonly string[];
  readonly report: string | undefined;
  readonly submission: string | undefined;
  /** Null: what the command chooses. */
  readonly show: readonly string[] | null;
  readonly seed: number;
  readonly resamples: number;
  readonly workers: number;
  /** Of one frame's decoding, as the service's settings have it. */
  readonly frameTimeoutMs: number;
  /** Limits of a study and a site's rules, as the service's settings have them. */
  readonly reading: ReadingSettings;
}

/** @throws MisuseError */
export function readEvaluateOptions(args: string[]): EvaluateOptions {
  const values = parsed(args);
  const { model: folders = [], json = [], report, submission, show = null } = values;
  if (folders.length === 0) throw new MisuseError('--model is missing');
  if (folders.length > 1 && (report || submission)) {
    throw new MisuseError('--report and --submission are for one --model');
  }
  if (json.length !== 0 && json.length !== folders.length) {
    throw new MisuseError('--json must be given as often as --model');
  }
  const seed = wholeNumber('--seed', values.seed, Number.MIN_SAFE_INTEGER);
  const resamples = wholeNumber('--resamples', values.resamples, 0);
  const workers = wholeNumber('--workers', values.workers, 1);
  const settings = settingReader(processEnvironment());
  const { frameTimeoutMs } = decoding(settings);
  const reading = { limits: studyLimits(settings), rulesText: settings.file('SERIES_RULES_FILE') };
  seriesRules(settings);
  if (settings.problems.length > 0) throw new MisuseError(settings.problems.join('; '));
  return {
    folders,
    source: sourceOf(values, seed),
    json,
    report,
    submission,
    show,
    seed,
    resamples,
    workers,
    frameTimeoutMs,
    reading,
  };
}

const parsed = (args: string[]) => parseOptions({ args, options: OPTIONS }).values;

function sourceOf(values: ReturnType<typeof parsed>, seed: number): EvaluateOptions['source'] {
  const { from, phantoms, slices, masks, folds, anatomy } = values;
  if ([from, phantoms, slices, masks].filter((each) => each !== undefined).length !== 1) {
    throw new MisuseError('one of --from, --phantoms, --slices and --masks is needed');
  }
  if (anatomy && phantoms === undefined) throw new MisuseError('--anatomy is for --phantoms');
  if (masks !== undefined) {
    return { kind: 'anatomy', of: { kind: 'masks', folder: masks, folds: foldsOf(folds) } };
  }
  if (anatomy) return { kind: 'anatomy', of: phantomsOf(values, seed) };
  if (slices !== undefined) return { kind: 'slices', folder: slices, folds: foldsOf(folds) };
  return { kind: 'studies', studies: studiesOf(values, seed) };
}

function phantomsOf(values: ReturnType<typeof parsed>, seed: number) {
  const { from } = studiesOf(values, seed);
  if (from.kind !== 'phantoms') throw new MisuseError('--anatomy is for --phantoms');
  return { kind: 'phantoms', studies: from.count, seed, options: from.options } as const;
}

function studiesOf(values: ReturnType<typeof parsed>, seed: number): EvaluationStudies {
  const { from, phantoms } = values;
  return {
    from:
      from === undefined
        ? {
            kind: 'phantoms',
            seed,
            count: wholeNumber('--phantoms', phantoms!, 1),
            options: {
              family: oneOf('--family', values.family, PROTOCOL_FAMILIES),
              prevalence: oneOf('--prevalence', values.prevalence, ['clinical', 'balanced'] as const),
              contrast: oneOf('--contrast', values.contrast, ['physical', 'random', 'mixed'] as const),
              variant: variantOf(values),
            },
          }
        : { kind: 'folder', folder: from, tables: values.csv ?? from },
    limit: values.limit === undefined ? null : wholeNumber('--limit', values.limit, 1),
    without: (values.without ?? []).map((role) => oneOf('--without', role, SERIES_ROLES)),
    crop: shareOf('--crop', values.crop),
  };
}

function shareOf(option: string, text: string): number {
  const share = Number(text);
  if (!(share > 0 && share <= 1)) throw new MisuseError(`${option} must be a number above 0 and at most 1`);
  return share;
}
