import { LABEL } from '../../../domain/structure.ts';
import type { Anatomy } from '../../anatomy/anatomy.ts';
import { spineLocator } from '../../shape/spine-locator.ts';
import type { SpinePoint } from '../../shape/spine-point.ts';
import { TEXTURE_OFFSET_MM } from '../texture.ts';
import { TISSUE, tissueSet } from '../tissue.ts';
import { warp } from '../warp-point.ts';
import { bodyTissue } from './body-tissue.ts';
import { canalTissue } from './canal-tissue.ts';
import { posteriorTissue } from './posterior-tissue.ts';

/** Where canal ends and foramen begins, mm from the midline. */
const FORAMEN_BEGINS_MM = 11.5;

const BESIDE = 0;
const BODY = 1;
const CANAL = 2;
const POSTERIOR = 3;

const DISC_TISSUE = tissueSet([TISSUE.annulus, TISSUE.innerAnnulus, TISSUE.jointFluid]);
const BONE_TISSUE = tissueSet([TISSUE.cortex, TISSUE.marrow, TISSUE.posteriorMarrow]);

/** The spine alone: its bodies, discs, canal and arches. */
export interface SpineSampler {
  /** Where the point sampled last lies in the spine. */
  readonly point: SpinePoint;
  /** Tissue code (TISSUE) at a patient point (x, y, z; mm); −1 beside the spine. */
  tissueAt(p: ArrayLike<number>): number;
  /** Label (LABEL) of the structure at a patient point. */
  structureAt(p: ArrayLike<number>): number;
}

/** Prepares an anatomy for sampling; the sampler allocates nothing per point. */
export function spineSampler(anatomy: Anatomy): SpineSampler {
  const { point, locate } = spineLocator(anatomy.vertebrae);
  const inBody = bodyTissue(anatomy);
  const inCanal = canalTissue(anatomy);
  const inPosterior = posteriorTissue(anatomy);
  const [ox, oy, oz] = anatomy.habitus.textureOrigin.map((at) => at + TEXTURE_OFFSET_MM) as [
    number,
    number,
    number,
  ];
  let part = BESIDE;

  const tissueAt = (p: ArrayLike<number>): number => {
    locate(p);
    point.texturePoint[0] = p[0]! + ox;
    point.texturePoint[1] = p[1]! + oy;
    point.texturePoint[2] = p[2]! + oz;
    point.inSac = false;
    warp(point);
    part = BESIDE;
    if (!(point.lateral < 50 && point.p < 75 && point.v > -40)) return -1;
    let code = inBody(point);
    part = BODY;
    if (code >= 0) return code;
    code = inCanal(point);
    part = CANAL;
    if (code >= 0) return code;
    code = inPosterior(point);
    part = POSTERIOR;
    return code;
  };

  const structureAt = (p: ArrayLike<number>): number => {
    const code = tissueAt(p);
    if (code < 0) return LABEL.none;
    const bone = BONE_TISSUE[code] === 1;
    switch (part) {
      case BODY:
        return DISC_TISSUE[code] === 1 || code >= TISSUE.nucleus ? LABEL.disc : LABEL.vertebra;
      case CANAL:
        if (point.inSac) return LABEL.sac;
        if (bone) return LABEL.vertebra;
        if (code === TISSUE.annulus) return LABEL.disc;
        return point.lateral > FORAMEN_BEGINS_MM ? LABEL.none : LABEL.epidural;
      default:
        return bone ? LABEL.vertebra : LABEL.none;
    }
  };
  return { point, tissueAt, structureAt };
}
