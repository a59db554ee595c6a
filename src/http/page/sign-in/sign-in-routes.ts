import type { Request, Response } from 'express';
import type { Access } from '../../guard/access.ts';
import { bearerToken } from '../../guard/bearer-token.ts';
import type { Caller } from '../../guard/caller.ts';
import { keepCaller } from '../../guard/guarded.ts';
import { sha256Of } from '../../guard/secret-token.ts';
import { sessionCookie } from '../../guard/session-cookie.ts';
import type { SignIn } from '../../guard/sign-in.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { pageOf } from '../page-layout.ts';
import type { PageRoute } from '../page-route.ts';
import { html } from '../render/html.ts';
import { ownPath } from './own-path.ts';
import { pendingCookie } from './pending-cookie.ts';
import { signInPage } from './sign-in-page.ts';

/** Signing in and out. Without authentication there is none of it. */
export function signInRoutes({ signIn }: Pick<Access, 'signIn'>): readonly PageRoute[] {
  if (signIn === null) return [];
  return [
    {
      operationId: 'page.askWho',
      method: 'get',
      path: '/page/sign-in',
      permission: 'none',
      handle(request, response) {
        response.type('html').send(signInPage({ signIn, next: ownPath(request.query['next']) }));
      },
    },
    ...(signIn.byKey === null ? [] : [keyRoute(signIn, signIn.byKey)]),
    ...(signIn.byProvider === null ? [] : providerRoutes(signIn, signIn.byProvider)),
    {
      operationId: 'page.signOut',
      method: 'post',
      path: '/page/sign-out',
      permission: 'none',
      signing: 'logout',
      async handle(request, response) {
        const secret = sessionCookie.of(request);
        const caller = secret === null ? null : await signIn.sessions.find(secret);
        if (caller !== null) keepCaller(response, caller);
        if (secret !== null) await signIn.sessions.end(secret);
        sessionCookie.clear(request, response);
        response.redirect(303, '/page/sign-in');
      },
    },
  ];
}

function keyRoute({ sessions }: SignIn, byKey: NonNullable<SignIn['byKey']>): PageRoute {
  return {
    operationId: 'page.signIn',
    method: 'post',
    path: '/page/sign-in',
    permission: 'none',
    signing: 'login',
    async handle(request, response) {
      const { key, next } = (request.body ?? {}) as { readonly key?: unknown; readonly next?: unknown };
      const token = typeof key === 'string' ? bearerToken(`Bearer ${key.trim()}`) : null;
      const caller = token === null ? null : await byKey(token);
      if (token === null || caller === null) {
        throw new ProblemError(
          'unauthenticated',
          'This is no key that is good here: mistyped, expired or revoked.',
        );
      }
      await begin(request, response, sessions, caller, sha256Of(token));
      response.redirect(303, ownPath(next));
    },
  };
}

function providerRoutes(
  { sessions }: SignIn,
  provider: NonNullable<SignIn['byProvider']>,
): readonly PageRoute[] {
  return [
    {
      operationId: 'page.signInAtProvider',
      method: 'post',
      path: '/page/oidc',
      permission: 'none',
      async handle(request, response) {
        const { next } = (request.body ?? {}) as { readonly next?: unknown };
        const { url, pending } = await provider.begin();
        pendingCookie.set(request, response, { ...pending, next: ownPath(next) });
        // Where a form leads to by a redirect is held against its policy too, and a provider is none of ours: a link is not.
        response.type('html').send(goOn('To your organisation', url));
      },
    },
    {
      operationId: 'page.signedInAtProvider',
      method: 'get',
      path: '/page/oidc/callback',
      permission: 'none',
      signing: 'login',
      async handle(request, response) {
        const pending = pendingCookie.of(request);
        pendingCookie.clear(request, response);
        if (pending === null) {
          throw new ProblemError(
            'unauthenticated',
            'Signing in took too long, or was begun elsewhere: try again.',
          );
        }
        const query = new URL(request.originalUrl, 'http://own.invalid').searchParams;
        await begin(request, response, sessions, await provider.finish(query, pending), null);
        // Of a redirect that another site began, the browser would keep the cookie to itself.
        response.type('html').send(goOn('Signed in', ownPath(pending.next)));
      },
    },
  ];
}

async function begin(
  request: Request,
  response: Response,
  sessions: SignIn['sessions'],
  caller: Caller,
  keySha256: string | null,
): Promise<void> {
  keepCaller(response, caller);
  const { secret, endsAt } = await sessions.open(caller, keySha256);
  sessionCookie.set(request, response, secret, endsAt);
}

function goOn(title: string, url: string): string {
  const main = html`<div class="sign-in"><h1>${title}</h1><p><a class="button" href=${url}>Continue</a></p></div>`;
  return pageOf({ title, section: null, viewer: null, main, goOn: url });
}
