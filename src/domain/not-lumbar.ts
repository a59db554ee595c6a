/** Why what was found cannot be the five lumbar discs; lengths in mm. */
export type NotLumbar =
  | { readonly of: 'none-found'; readonly confidence: number }
  | {
      readonly of: 'spacing';
      readonly meanMm: number;
      readonly leastMm: number;
      readonly mostMm: number;
      readonly sacrumSeen: boolean;
    }
  | { readonly of: 'uneven'; readonly nearMm: number; readonly farMm: number }
  | { readonly of: 'turn'; readonly turnDeg: number }
  | { readonly of: 'canal'; readonly meanMm: number; readonly leastMm: number; readonly mostMm: number };

/** With the figures that speak against it. */
export function notLumbarInWords(seen: NotLumbar): string {
  if (seen.of === 'none-found') {
    return `no lumbar spine is to be seen: none of its discs was found with confidence ${seen.confidence} or more`;
  }
  return `the discs found are not those of a lumbar spine: ${figures(seen)}`;
}

function figures(seen: Exclude<NotLumbar, { readonly of: 'none-found' }>): string {
  switch (seen.of) {
    case 'spacing':
      return `they lie ${seen.meanMm.toFixed(0)} mm apart on average, where lumbar discs lie ${seen.leastMm} to ${seen.mostMm} mm apart${seen.sacrumSeen ? '' : ' and no sacrum was seen below them'}`;
    case 'uneven':
      return `their distances, ${seen.nearMm.toFixed(0)} to ${seen.farMm.toFixed(0)} mm, are too uneven`;
    case 'turn':
      return `their line turns by ${seen.turnDeg.toFixed(0)}° at one of them`;
    case 'canal':
      return `the canal lies ${seen.meanMm.toFixed(0)} mm behind their centres, where a lumbar one lies ${seen.leastMm} to ${seen.mostMm} mm behind`;
  }
}
