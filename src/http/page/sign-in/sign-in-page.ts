import type { SignIn } from '../../guard/sign-in.ts';
import { pageOf } from '../page-layout.ts';
import { type Html, html } from '../render/html.ts';

interface SignInParts {
  readonly signIn: Pick<SignIn, 'byKey' | 'byProvider'>;
  /** Where to go afterwards. */
  readonly next: string;
  /** What stood against it, where somebody has tried. */
  readonly code?: string | null;
  readonly said?: string | null;
}

/** Asks who is there. */
export function signInPage({ signIn, next, code = null, said = null }: SignInParts): string {
  const both = signIn.byKey !== null && signIn.byProvider !== null;
  const main = html`<div class="sign-in">
    <h1>Sign in</h1>
    ${said !== null && html`<p class="notice bad" role="alert">${said} <code>${code}</code></p>`}
    ${signIn.byProvider !== null && providerForm(next)} ${both && html`<p class="or"><span>or</span></p>`}
    ${signIn.byKey !== null && keyForm(next)}
  </div>`;
  return pageOf({ title: 'Sign in', section: null, viewer: null, main });
}

function keyForm(next: string): Html {
  return html`<form method="post" action="/page/sign-in" class="stack">
    <input type="hidden" name="next" value=${next} />
    <label for="key">API key</label>
    <input id="key" name="key" type="password" required autocomplete="current-password" spellcheck="false" autocapitalize="off"
      aria-describedby="key-help" maxlength="8192" />
    <p id="key-help" class="faint">A key of this installation, as whoever runs it hands out.</p>
    <button class="primary">Sign in with the key</button>
  </form>`;
}

function providerForm(next: string): Html {
  return html`<form method="post" action="/page/oidc" class="stack">
    <input type="hidden" name="next" value=${next} />
    <button class="primary">Sign in with your organisation</button>
  </form>`;
}
