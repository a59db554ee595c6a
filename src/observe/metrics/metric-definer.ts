import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What a label can say: one of a list; where a pack or an installation decides, words and how many there can be. */
export type LabelValues = readonly string[] | { readonly words: string; readonly atMost: number };
export type Labels = Readonly<Record<string, LabelValues>>;
type NamesOf<L> = Extract<keyof L, string>;

export interface MetricFacts<L extends Labels = Labels> {
  /** Without the prefix. */
  readonly name: string;
  /** What it counts or measures; of a span of time from when to when. */
  readonly help: string;
  readonly labels?: L;
  /** How many combinations of the labels there can be, where they depend on one another; else all of them. */
  readonly combinations?: number;
  /** A gauge without labels is 0 until it is set, or else absent. */
  readonly absent?: boolean;
}

/** A metric as docs/metrics.md tells of it. */
export interface MetricDescription {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: Labels;
  /** Upper bounds of a histogram's buckets, without that of infinity; none of other types. */
  readonly buckets: readonly number[];
  /** Of one process, at most; of a histogram its buckets, sum and count. */
  readonly series: number;
}

/** Values of a gauge that is asked for at a scrape; none where they are not known. */
export type Samples = readonly {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}[];

export type MetricDefiner = ReturnType<typeof metricDefiner>;

/**
 * Defines metrics with the prefix `spinegrade_`. Counters and histograms whose labels are independent lists begin at 0
 * with every combination: a series that appeared with its first event would hide that event from `increase`. Gauges with
 * labels, and those that are asked for, are absent until they have a value.
 */
export function metricDefiner(registry: Registry) {
  const described: MetricDescription[] = [];
  const define = <L extends Labels>(
    type: MetricDescription['type'],
    { name, help, labels, combinations }: MetricFacts<L>,
    buckets: readonly number[] = [],
  ) => {
    const values: Labels = labels ?? {};
    const one = type === 'histogram' ? buckets.length + 3 : 1;
    const series = (combinations ?? howMany(values)) * one;
    described.push({ name: `spinegrade_${name}`, type, help, labels: values, buckets, series });
    const labelNames = Object.keys(values) as NamesOf<L>[];
    return { name: `spinegrade_${name}`, help, labelNames, registers: [registry] };
  };
  const zeros = ({ labels = {}, combinations }: MetricFacts) =>
    combinations === undefined ? everyCombination(labels) : [];
  return {
    described: described as readonly MetricDescription[],
    counter<const L extends Labels = Record<never, LabelValues>>(facts: MetricFacts<L>): Counter<NamesOf<L>> {
      const counter = new Counter(define('counter', facts));
      for (const labels of zeros(facts)) counter.inc(labels, 0);
      return counter;
    },
    histogram<const L extends Labels = Record<never, LabelValues>>(
      facts: MetricFacts<L>,
      buckets: readonly number[],
    ): Histogram<NamesOf<L>> {
      const histogram = new Histogram({ ...define('histogram', facts, buckets), buckets: [...buckets] });
      for (const labels of zeros(facts)) histogram.zero(labels);
      return histogram;
    },
    gauge<const L extends Labels = Record<never, LabelValues>>(facts: MetricFacts<L>): Gauge<NamesOf<L>> {
      const gauge = new Gauge(define('gauge', facts));
      if (facts.absent === true) gauge.remove();
      return gauge;
    },
    /** Asked for at every scrape, and absent where asking fails: the scrape tells everything else. */
    askedGauge(facts: MetricFacts, ask: () => Promise<Samples>): void {
      const gauge: Gauge = new Gauge({
        ...define('gauge', facts),
        async collect() {
          const samples = await ask().catch((): Samples => []);
          makeAbsent(gauge, facts);
          for (const { labels = {}, value } of samples) gauge.set(labels, value);
        },
      });
    },
  };
}

/** Takes every value of a gauge away; one without labels is set to 0 by `reset`. */
function makeAbsent(gauge: Gauge, { labels = {} }: MetricFacts): void {
  gauge.reset();
  if (Object.keys(labels).length === 0) gauge.remove();
}

function howMany(labels: Labels): number {
  return Object.values(labels).reduce(
    (product, values) => product * ('atMost' in values ? values.atMost : values.length),
    1,
  );
}

/** None where a label is not a list. */
function everyCombination(labels: Labels): readonly Record<string, string>[] {
  return Object.entries(labels).reduce<readonly Record<string, string>[]>(
    (made, [name, values]) =>
      'atMost' in values ? [] : made.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))),
    [{}],
  );
}
