import type { CodeOf } from '../domain/catalogue.ts';
import type { WorkGate } from '../jobs/workshop.ts';
import { bothGates } from '../process/gate.ts';
import type { Networks } from './load-networks.ts';
import type { Core } from './open-core.ts';

/** Work waits for the archive, and for the inference server where networks run on one. */
export function workGate(
  { gate }: Pick<Core, 'gate'>,
  networks: Pick<Networks, 'elsewhere'> | null,
): WorkGate {
  return networks?.elsewhere ? bothGates<CodeOf<'fault'>>(gate, networks.elsewhere.gate) : gate;
}
