import { assetUrl } from './assets.ts';
import { documentOf, type Html, html } from './render/html.ts';
import type { Viewer } from './viewer.ts';

export type Section = 'analyses' | 'dead-letters' | 'callbacks' | 'docs';

interface PageParts {
  readonly title: string;
  /** Whose entry of the navigation is marked; null for none. */
  readonly section: Section | null;
  /** Null where nobody has signed in who would have to. */
  readonly viewer: Viewer | null;
  readonly main: Html | readonly Html[];
  /** Beside those that every page has. */
  readonly styles?: readonly string[];
  readonly scripts?: readonly string[];
  /** Where the browser is to go on by itself, at once. */
  readonly goOn?: string;
}

const ENTRIES: readonly (readonly [Section, string, string])[] = [
  ['analyses', '/', 'Analyses'],
  ['dead-letters', '/page/dead-letters', 'Dead letters'],
  ['callbacks', '/page/deliveries', 'Callbacks'],
  ['docs', '/docs', 'API'],
];

/** A page of the service, whole. */
export function pageOf({ title, section, viewer, main, styles = [], scripts = [], goOn }: PageParts): string {
  return documentOf(html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      ${goOn !== undefined && html`<meta http-equiv="refresh" content=${`0;url=${goOn}`} />`}
      <title>${title} · spinegrade</title>
      <link rel="icon" href=${assetUrl('icon.svg')} type="image/svg+xml" />
      ${styles.map((href) => html`<link rel="stylesheet" href=${href} />`)}
      <link rel="stylesheet" href=${assetUrl('page.css')} />
      ${scripts.map((src) => html`<script defer src=${src}></script>`)}
      <script type="module" src=${assetUrl('page.js')}></script>
    </head>
    <body>
      <a class="skip" href="#main">Skip to content</a>
      <header class="top">
        <a class="brand" href="/">
          <img src=${assetUrl('icon.svg')} alt="" width="28" height="28" /><span>spinegrade</span>
        </a>
        ${viewer !== null && navigation(section)} ${viewer !== null && viewer.name !== null && signedIn(viewer.name)}
      </header>
      <main id="main" tabindex="-1">${main}</main>
      <footer class="bottom">For research use only. Not a medical device, and not for diagnosis.</footer>
    </body>
  </html>`);
}

function navigation(section: Section | null): Html {
  return html`<nav class="sections" aria-label="Sections">
    <ul>
      ${ENTRIES.map(
        ([name, href, words]) =>
          html`<li><a href=${href} aria-current=${name === section ? 'page' : null}>${words}</a></li>`,
      )}
    </ul>
  </nav>`;
}

function signedIn(name: string): Html {
  return html`<form class="who" method="post" action="/page/sign-out">
    <span class="name" title="Signed in">${name}</span><button class="quiet">Sign out</button>
  </form>`;
}
