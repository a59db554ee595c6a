import { LABEL, NOT_DRAWN, UNTOLD } from '../../domain/structure.ts';
import { segmentInput } from '../../inference/segment/segment-input.ts';
import { rgbPng } from '../../pixels/rgb-png.ts';
import type { Slice } from '../../volume/volume.ts';
import type { ComparedSlice } from './compare-outlines.ts';

/** Slices pictured at most. */
const COUNT = 24;
const COLOURS: Readonly<Record<number, readonly [number, number, number]>> = {
  [LABEL.disc]: [255, 60, 60],
  [LABEL.vertebra]: [60, 230, 60],
  [LABEL.sac]: [60, 140, 255],
  [LABEL.epidural]: [255, 220, 0],
};
const WHITE = [255, 255, 255] as const;

/** A slice with what was drawn and what was found on it. */
export interface PicturedOutline {
  readonly caption: string;
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Keeps the slices whose outlines fit least. */
export interface WorstOutlines {
  readonly see: (name: string, slice: Slice, compared: ComparedSlice) => void;
  readonly pictured: () => Promise<readonly PicturedOutline[]>;
}

export function worstOutlines(): WorstOutlines {
  let kept: { name: string; dice: number; slice: Slice; compared: ComparedSlice }[] = [];
  return {
    see(name, slice, compared) {
      const each = [...compared.overlaps.values()].filter(({ found, drawn }) => found + drawn > 0);
      const dice = each.reduce((sum, o) => sum + (2 * o.both) / (o.found + o.drawn), 0) / each.length;
      if (each.length === 0) return;
      kept = [...kept, { name, dice, slice, compared }].sort((a, b) => a.dice - b.dice).slice(0, COUNT);
    },
    async pictured() {
      const all: PicturedOutline[] = [];
      for (const { name, dice, slice, compared } of kept) {
        const { size } = compared.frame;
        const caption = `${name}: mean Dice ${dice.toFixed(3)}`;
        all.push({ caption, width: size, height: size, png: await picture(slice, compared) });
      }
      return all;
    },
  };
}

async function picture(slice: Slice, { frame, found, drawn }: ComparedSlice): Promise<Uint8Array> {
  const { size } = frame;
  const { data: grey } = await segmentInput(slice, frame, {
    normalise: { kind: 'percentile', low: 1, high: 99 },
  });
  const samples = new Uint8Array(size * size * 3);
  for (let i = 0; i < grey.length; i++) samples.fill(grey[i]! * 255, 3 * i, 3 * i + 3);
  for (const [labels, colourOf] of [
    [drawn, () => WHITE],
    [found, (label: number) => COLOURS[label] ?? WHITE],
  ] as const) {
    for (let i = size; i < labels.length - size; i++) {
      const label = labels[i]!;
      if (label === LABEL.none || label === NOT_DRAWN || label === UNTOLD) continue;
      const inner = [i - 1, i + 1, i - size, i + size].every((next) => labels[next] === label);
      if (!inner) samples.set(colourOf(label), 3 * i);
    }
  }
  return rgbPng(samples, size, size);
}
