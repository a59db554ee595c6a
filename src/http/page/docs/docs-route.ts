import { assetUrl } from '../assets.ts';
import { PAGE_POLICY } from '../page-headers.ts';
import { pageOf } from '../page-layout.ts';
import type { PageParts } from '../page-parts.ts';
import type { PageRoute } from '../page-route.ts';
import { html } from '../render/html.ts';
import { viewerOf } from '../viewer.ts';

/** Swagger UI draws its signs from data URLs. */
const DOCS_POLICY = PAGE_POLICY.replace("img-src 'self'", "img-src 'self' data:");

/** The contract, to be read and tried: by a library that is served from here. */
export function docsRoute({ access }: PageParts): PageRoute {
  return {
    operationId: 'page.docs',
    method: 'get',
    path: '/docs',
    permission: 'none',
    handle(_request, response) {
      const main = html`<h1 class="unseen">API</h1>
        <noscript><p class="notice">This needs script; <a href="/openapi.yaml">the contract itself</a> does not.</p></noscript>
        <div id="contract" data-contract="/openapi.yaml"></div>`;
      response.set('Content-Security-Policy', DOCS_POLICY).type('html');
      response.send(
        pageOf({
          title: 'API',
          section: 'docs',
          viewer: { ...viewerOf(response, access), name: null },
          main,
          styles: [assetUrl('swagger-ui.css'), assetUrl('docs.css')],
          scripts: [assetUrl('swagger-ui-bundle.js'), assetUrl('docs.js')],
        }),
      );
    },
  };
}
