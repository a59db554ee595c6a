import { analysisRoute } from './analysis/analysis-route.ts';
import { assetRoute } from './assets.ts';
import { docsRoute } from './docs/docs-route.ts';
import { lettersRoutes } from './letters/letters-routes.ts';
import { listRoute } from './list/list-route.ts';
import type { PageParts } from './page-parts.ts';
import type { PageRoute } from './page-route.ts';
import { signInRoutes } from './sign-in/sign-in-routes.ts';
import { steeringPageRoutes } from './steering-routes.ts';

/** Every page, and what they send. */
export function pageRoutes(parts: PageParts): readonly PageRoute[] {
  return [
    listRoute(parts),
    analysisRoute(parts),
    ...lettersRoutes(parts),
    docsRoute(parts),
    ...steeringPageRoutes(parts),
    ...signInRoutes(parts.access),
    assetRoute,
  ];
}
