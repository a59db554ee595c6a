import { deliveryStore } from '../callbacks/delivery-store.ts';
import { forbiddenAddresses } from '../callbacks/forbidden-address.ts';
import { webhookPoster } from '../callbacks/post-webhook.ts';
import { sendDeliveries } from '../callbacks/send-deliveries.ts';
import type { Core } from './open-core.ts';
import { PROGRAM_VERSION } from './program-version.ts';

/** Tells receivers of analyses that have ended, in a process of any role: whichever lives does it. */
export function startCallbacks({ config, database, events }: Core): { stop(): Promise<void> } {
  const { rules } = config.callbacks;
  let { localNetworks } = rules();
  let isForbidden = forbiddenAddresses(localNetworks);
  const poster = webhookPoster((address) => {
    if (rules().localNetworks !== localNetworks) {
      localNetworks = rules().localNetworks;
      isForbidden = forbiddenAddresses(localNetworks);
    }
    return isForbidden(address);
  }, `spinegrade/${PROGRAM_VERSION}`);
  const sending = sendDeliveries({
    database,
    store: deliveryStore(database),
    rules,
    post: poster.post,
    events,
  });
  return {
    async stop() {
      await sending.stop();
      await poster.close();
    },
  };
}
