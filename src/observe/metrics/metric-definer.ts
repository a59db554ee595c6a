import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What a label can say: one of a list; where a pack decides, words and how many there can be. */
export type LabelValues = readonly string[] | { readonly words: string; readonly atMost: number };
type Labels = Readonly<Record<string, LabelValues>>;
type NamesOf<L> = Extract<keyof L, string>;

interface MetricFacts<L extends Labels> {
  /** Without the prefix. */
  readonly name: string;
  readonly help: string;
  readonly labels?: L;
}

export type MetricDefiner = ReturnType<typeof metricDefiner>;

/** Defines metrics with the prefix `spinegrade_`; those whose labels are lists begin at 0 with every combination. */
export function metricDefiner(registry: Registry) {
  const define = <L extends Labels>({ name, help, labels }: MetricFacts<L>) => {
    const labelNames = Object.keys(labels ?? {}) as NamesOf<L>[];
    return { name: `spinegrade_${name}`, help, labelNames, registers: [registry] };
  };
  return {
    counter<const L extends Labels = Record<never, LabelValues>>(facts: MetricFacts<L>): Counter<NamesOf<L>> {
      const counter = new Counter(define(facts));
      for (const labels of everyCombination(facts.labels ?? {})) counter.inc(labels, 0);
      return counter;
    },
    histogram<const L extends Labels = Record<never, LabelValues>>(
      facts: MetricFacts<L>,
      buckets: readonly number[],
    ): Histogram<NamesOf<L>> {
      const histogram = new Histogram({ ...define(facts), buckets: [...buckets] });
      for (const labels of everyCombination(facts.labels ?? {})) histogram.zero(labels);
      return histogram;
    },
    gauge<const L extends Labels = Record<never, LabelValues>>(facts: MetricFacts<L>): Gauge<NamesOf<L>> {
      return new Gauge(define(facts));
    },
  };
}

/** None where a label is not a list. */
function everyCombination(labels: Labels): readonly Record<string, string>[] {
  return Object.entries(labels).reduce<readonly Record<string, string>[]>(
    (made, [name, values]) =>
      'atMost' in values ? [] : made.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))),
    [{}],
  );
}
