import type { ErrorRequestHandler, Request } from 'express';
import { CATALOGUE } from '../../domain/catalogue.ts';
import type { Events } from '../../observe/events/events.ts';
import type { Access } from '../guard/access.ts';
import { sessionCookie } from '../guard/session-cookie.ts';
import { errorHandler } from '../problems/problem-handler.ts';
import { pageOf } from './page-layout.ts';
import { html } from './render/html.ts';
import { signInPage } from './sign-in/sign-in-page.ts';
import { viewerOf } from './viewer.ts';

/** Turns whatever a page threw into a page that says so: by the same codes and statuses as the API. */
export function pageErrors(events: Events, access: Access): ErrorRequestHandler {
  return errorHandler(events, (problem, request, response) => {
    const { code, status, detail, instance } = problem;
    response.type('html');
    const { signIn } = access;
    if (code === 'unauthenticated' && signIn !== null) {
      const next = askedFor(request);
      if (isFromElsewhere(request)) return onceMore(next);
      const said = hasShown(request) ? detail : null;
      return signInPage({ signIn, next, code: said && code, said });
    }
    const { title } = CATALOGUE[code].problem;
    return pageOf({
      title,
      section: null,
      viewer: status === 401 ? null : viewerOf(response, access),
      main: html`<div class="problem">
        <h1>${title}</h1>
        <p>${detail}</p>
        <p class="faint">Code <code>${code}</code>${code === 'internal' && ` · ${instance}`}</p>
        <p><a class="button" href="/">To the analyses</a></p>
      </div>`,
    });
  });
}

/** Where to go once somebody has signed in: what was asked for, where that only looks. */
function askedFor({ method, originalUrl }: Request): string {
  return method === 'GET' && !originalUrl.startsWith('/page/sign-in') ? originalUrl : '/';
}

/** Whether it was shown anything that did not do, beside nothing at all. */
function hasShown(request: Request): boolean {
  const { method, headers } = request;
  return method === 'POST' || headers.authorization !== undefined || sessionCookie.of(request) !== null;
}

/** Of a link on another site a browser sends no cookie of ours; of the same link on a page of ours it does. */
function isFromElsewhere(request: Request): boolean {
  const isLink = request.method === 'GET' && request.get('Sec-Fetch-Mode') === 'navigate';
  return isLink && ['cross-site', 'same-site'].includes(request.get('Sec-Fetch-Site') ?? '');
}

function onceMore(url: string): string {
  const main = html`<p><a class="button" href=${url}>Continue</a></p>`;
  return pageOf({ title: 'One moment', section: null, viewer: null, main, goOn: url });
}
