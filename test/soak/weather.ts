import type { Random } from '../../src/phantom/random.ts';
import { type ProxiedRequest, type Treatment, withoutLastPart } from '../support/archive-proxy.ts';

export interface Weather {
  treat(request: ProxiedRequest): Treatment;
  /** Exchanges by what was done to them. */
  readonly counts: Readonly<Record<string, number>>;
  clear(): void;
}

const AWAY = { contentType: 'text/plain', body: Buffer.from('busy') };

/** What an archive and the way to it do to a request, by the share of requests to which they do it. */
const TROUBLES: readonly (readonly [
  name: string,
  share: number,
  make: (random: Random, request: ProxiedRequest) => Treatment,
])[] = [
  ['late request', 0.04, (random) => ({ holdRequestMs: random.uniform(50, 1500) })],
  ['late answer', 0.04, (random) => ({ holdAnswerMs: random.uniform(50, 1500) })],
  [
    'reset within the answer',
    0.02,
    (random) => ({ cut: { afterBytes: random.integer(0, 200_000), by: 'reset' } }),
  ],
  [
    'closed within the answer',
    0.02,
    (random) => ({ cut: { afterBytes: random.integer(0, 200_000), by: 'close' } }),
  ],
  ['a part less', 0.02, () => ({ rewrite: lessOnePart })],
  ['429', 0.01, () => ({ answer: { ...AWAY, status: 429, headers: { 'Retry-After': '1' } } })],
  ['503', 0.01, () => ({ answer: { ...AWAY, status: 503, headers: { 'Retry-After': '2' } } })],
  ['500', 0.01, () => ({ answer: { ...AWAY, status: 500 } })],
];

/** Seeded trouble until it clears. */
export function weather(random: Random): Weather {
  const counts: Record<string, number> = {};
  let cleared = false;
  return {
    counts,
    treat(request) {
      if (cleared) return {};
      let left = random.next();
      const trouble = TROUBLES.find(([, share]) => {
        left -= share;
        return left < 0;
      });
      const name = trouble?.[0] ?? 'untouched';
      counts[name] = (counts[name] ?? 0) + 1;
      return trouble?.[2](random, request) ?? {};
    },
    clear() {
      cleared = true;
    },
  };
}

function lessOnePart(body: Buffer, contentType: string): Buffer {
  return contentType.startsWith('multipart/') ? withoutLastPart(body, contentType) : body;
}
