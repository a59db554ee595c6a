import type { Random } from '../../src/phantom/random.ts';
import { newSecret, startReceiver } from '../support/webhook-receiver.ts';

/** A receiver of callbacks that sometimes fails, and what it heard. */
export async function startTold(random: Random) {
  const secret = newSecret();
  const receiver = await startReceiver(secret);
  let failing = true;
  receiver.answer = (response) => {
    if (!failing || random.chance(0.7)) return void response.writeHead(204).end();
    if (random.chance(0.5)) response.socket?.destroy();
    else response.writeHead(random.pick([500, 503, 404])).end();
  };
  const rules = {
    endpoints: [{ url: receiver.url, secrets: [secret] }],
    localNetworks: ['127.0.0.0/8'],
  };
  return {
    settings: { CALLBACKS: JSON.stringify(rules) },
    behave() {
      failing = false;
    },
    get count() {
      return receiver.received.length;
    },
    /** Messages that its secret did not verify. */
    get refused() {
      return receiver.refused;
    },
    /** Of each analysis the ids and states it was told by, however often. */
    byAnalysis(): ReadonlyMap<string, { readonly ids: Set<string>; readonly states: Set<string> }> {
      const told = new Map<string, { ids: Set<string>; states: Set<string> }>();
      for (const { id, message } of receiver.received) {
        const analysis = String(message.data['analysisId']);
        const of = told.get(analysis) ?? { ids: new Set(), states: new Set() };
        told.set(analysis, of);
        of.ids.add(id);
        of.states.add(String(message.data['state']));
      }
      return told;
    },
    close: () => receiver.close(),
  };
}
