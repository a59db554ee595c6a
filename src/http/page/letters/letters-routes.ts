import { DELIVERY_STATES, type DeliveryState } from '../../../callbacks/delivery.ts';
import { PAGE as DELIVERIES } from '../../../callbacks/delivery-store.ts';
import { cursorOf, placeOf } from '../../analyses/following/list-cursor.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import type { PageParts } from '../page-parts.ts';
import type { PageRoute } from '../page-route.ts';
import { ID } from '../steering-routes.ts';
import { viewerOf } from '../viewer.ts';
import { deadLettersPage, deadLettersUrl } from './dead-letters-page.ts';
import { deliveriesPage, deliveriesUrl } from './deliveries-page.ts';

const LETTERS = 25;

/** What needs somebody to look after it. */
export function lettersRoutes({ queue, deliveries, turn, access }: PageParts): readonly PageRoute[] {
  return [
    {
      operationId: 'page.deadLetters',
      method: 'get',
      path: '/page/dead-letters',
      permission: 'read',
      async handle(request, response) {
        const {
          acknowledged = '',
          cursor = '',
          done,
        } = textsOf(request.query, ['acknowledged', 'cursor', 'done']);
        if (acknowledged !== '' && acknowledged !== 'true') throw unknown();
        const withSeen = acknowledged === 'true';
        const kind = withSeen ? 'dead' : 'unseen';
        const list = { page: 'dead-letters', kind };
        const from = cursor === '' ? null : placeOf(cursor, list);
        const { analyses, next } = await turn(request, () => queue.list(kind, {}, from, LETTERS));
        response.type('html').send(
          deadLettersPage({
            viewer: viewerOf(response, access),
            letters: analyses,
            withSeen,
            next: next && deadLettersUrl(withSeen, cursorOf(next, list)),
            here: deadLettersUrl(withSeen, cursor),
            done,
            now: new Date(),
          }),
        );
      },
    },
    {
      operationId: 'page.deliveries',
      method: 'get',
      path: '/page/deliveries',
      permission: 'read',
      async handle(request, response) {
        const {
          state: asked = 'failed',
          after = '',
          done,
        } = textsOf(request.query, ['state', 'after', 'done']);
        const state = DELIVERY_STATES.find((each) => each === asked) ?? null;
        if (state === null && asked !== 'all') throw unknown();
        if (after !== '' && !ID.test(after))
          throw new ProblemError('cursor-unusable', 'There is no such place in the list.');
        const list = await turn(request, () =>
          deliveries.list({
            ...(state !== null && { state: state satisfies DeliveryState }),
            ...(after !== '' && { after }),
          }),
        );
        const last = list.length === DELIVERIES ? list.at(-1) : undefined;
        response.type('html').send(
          deliveriesPage({
            viewer: viewerOf(response, access),
            deliveries: list,
            state,
            next: last === undefined ? null : deliveriesUrl(state, last.id),
            here: deliveriesUrl(state, after),
            done,
            now: new Date(),
          }),
        );
      },
    },
  ];
}

const unknown = () =>
  new ProblemError('invalid-request', 'The page knows no such parameter, or not this value of it.');

/** @throws ProblemError `invalid-request` where another parameter is there, or one twice */
function textsOf<Name extends string>(
  query: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  for (const [name, value] of Object.entries(query)) {
    if (!(names as readonly string[]).includes(name) || typeof value !== 'string') throw unknown();
  }
  return query as Partial<Record<Name, string>>;
}
