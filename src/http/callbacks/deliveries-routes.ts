import type { Delivery, DeliveryState } from '../../callbacks/delivery.ts';
import type { DeliveryStore } from '../../callbacks/delivery-store.ts';
import type { components } from '../contract.ts';
import { ProblemError } from '../problems/problem-error.ts';
import type { DatabaseTurns } from '../requests/database-turns.ts';
import type { Route } from '../route.ts';

type Schemas = components['schemas'];

export interface DeliveriesParts {
  readonly deliveries: Pick<DeliveryStore, 'list' | 'replay'>;
  readonly turn: DatabaseTurns;
}

/** What was told to whom, and having it told once more. */
export function deliveriesRoutes({ deliveries, turn }: DeliveriesParts): readonly Route[] {
  return [
    {
      operationId: 'listDeliveries',
      method: 'get',
      path: '/deliveries',
      permission: 'read',
      async handle(request, response) {
        // Held against the contract before.
        const { state, analysisId, after } = request.query as {
          readonly state?: DeliveryState;
          readonly analysisId?: string;
          readonly after?: string;
        };
        const list = await turn(request, () => deliveries.list({ state, analysisId, after }));
        response.json({ deliveries: list.map(deliveryRepresentation) });
      },
    },
    {
      operationId: 'replayDelivery',
      method: 'post',
      path: '/deliveries/{id}/replay',
      permission: 'analyze',
      async handle(request, response) {
        const delivery = await turn(request, () => deliveries.replay(request.params.id));
        if (delivery === null) throw new ProblemError('not-found', 'There is no delivery of that id.');
        response.status(202).json(deliveryRepresentation(delivery));
      },
    },
  ];
}

/** A delivery as the contract shows it: of its URL no query, which may be what only the receiver is to know. */
function deliveryRepresentation({ url, ...delivery }: Delivery): Schemas['Delivery'] {
  const { origin, pathname } = new URL(url);
  return {
    ...delivery,
    receiver: `${origin}${pathname}`,
    createdAt: delivery.createdAt.toISOString(),
    dueAt: delivery.dueAt?.toISOString() ?? null,
    finishedAt: delivery.finishedAt?.toISOString() ?? null,
  };
}
