import type { Request } from 'express';
import { recordAnalyses } from '../guard/audited.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { withDone } from './done-notice.ts';
import { ACTIONS, type Action } from './list/action-buttons.ts';
import type { PageParts } from './page-parts.ts';
import type { PageRoute } from './page-route.ts';
import { ownPath } from './sign-in/own-path.ts';

/** A UUID, as ids are. */
export const ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** What the buttons of the pages do. */
export function steeringPageRoutes({ steering, deliveries, turn }: PageParts): readonly PageRoute[] {
  const act = (action: Action): PageRoute => ({
    operationId: `page.${action}`,
    method: 'post',
    path: `/page/analyses/:id/${action}`,
    permission: 'analyze',
    async handle(request, response) {
      const id = idOf(request);
      await turn(request, async () => {
        if (action !== 'retry') return steering[action](id);
        const asked = await steering.retry(id);
        if (asked.id !== id) recordAnalyses(response, [asked.id]);
      });
      response.redirect(303, withDone(backOf(request), action));
    },
  });
  return [
    ...ACTIONS.map(act),
    {
      operationId: 'page.replay',
      method: 'post',
      path: '/page/deliveries/:id/replay',
      permission: 'analyze',
      async handle(request, response) {
        const delivery = await turn(request, () => deliveries.replay(idOf(request)));
        if (delivery === null) throw new ProblemError('not-found', 'There is no delivery of that id.');
        response.redirect(303, withDone(backOf(request), 'replay'));
      },
    },
  ];
}

/** @throws ProblemError `not-found` of what is no id */
export function idOf({ params }: Request): string {
  const { id = '' } = params as { readonly id?: string };
  if (!ID.test(id)) throw new ProblemError('not-found', 'There is nothing of that id.');
  return id;
}

const backOf = ({ body }: Request): string =>
  ownPath((body as { readonly back?: unknown } | undefined)?.back);
