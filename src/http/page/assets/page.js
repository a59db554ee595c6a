/**
 * What is live, and nothing else: every page works without it. A part of the page that says `data-live` is fetched anew
 * every so many seconds while somebody can see it; one that says `data-events` when the analysis moves on.
 */

const parser = new DOMParser();

/** Takes the parts of these ids from another page into this one, where they differ, and leaves the focus where it was. */
async function renew(url, ids) {
  const answer = await fetch(url, { headers: { Accept: 'text/html' }, redirect: 'error' });
  // A session that has ended: the page that asks for a new one.
  if (answer.status === 401) return void location.reload();
  if (!answer.ok) throw new Error(String(answer.status));
  const page = parser.parseFromString(await answer.text(), 'text/html');
  for (const id of ids) {
    const [there, here] = [page.getElementById(id), document.getElementById(id)];
    if (there === null || here === null || there.innerHTML === here.innerHTML) continue;
    const focused = here.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    here.replaceChildren(...there.childNodes);
    if (focused !== null)
      [...here.querySelectorAll('a, button')].find((each) => nameOf(each) === focused)?.focus();
  }
}

/** What a link or button is for: it may stand elsewhere in the new part. */
function nameOf(element) {
  return element.closest('form')?.action
    ? `${element.closest('form').action} ${element.textContent}`
    : element.href;
}

function keepRenewing(part, said) {
  const everyMs = 1000 * Number(part.dataset.live);
  let paused = false;
  const pause = document.createElement('button');
  pause.className = 'quiet small';
  pause.type = 'button';
  pause.textContent = 'Pause';
  pause.addEventListener('click', () => {
    paused = !paused;
    pause.textContent = paused ? 'Go on' : 'Pause';
    tell(paused ? 'Paused' : 'Live');
  });
  const words = document.createElement('span');
  const tell = (text) => {
    words.textContent = `${text} · ${new Date().toLocaleTimeString()}`;
  };
  said?.replaceChildren(words, pause);
  tell('Live');
  setInterval(async () => {
    if (paused || document.hidden) return;
    try {
      await renew(location.href, part.dataset.parts.split(' '));
      tell('Live');
    } catch {
      tell('No answer: tried again');
    }
  }, everyMs);
}

/** What has happened before is told first, all at once: one look is enough. */
function follow(part) {
  const events = new EventSource(part.dataset.events);
  const waiting = new Set();
  const look = async () => {
    waiting.clear();
    await renew(location.href, [part.id]).catch(() => undefined);
    if (part.querySelector('[data-open]') === null) events.close();
  };
  events.addEventListener('analysis', () => {
    if (waiting.size === 0) waiting.add(setTimeout(look, 200));
  });
}

/** Shows the region of a chosen finding without leaving the place. */
function showInPlace(event) {
  const link = event.target.closest?.('a[data-part]');
  if (link == null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  for (const each of document.querySelectorAll('a[data-part][aria-current]'))
    each.removeAttribute('aria-current');
  link.setAttribute('aria-current', 'true');
  history.replaceState(null, '', link.href);
  renew(link.href, [link.dataset.part]).catch(() => location.assign(link.href));
}

/** An image that cannot be had says so in words. */
function instead(event) {
  const image = event.target;
  if (!(image instanceof HTMLImageElement) || image.dataset.otherwise === undefined) return;
  const words = document.createElement('p');
  words.className = 'faint no-image';
  words.textContent = image.dataset.otherwise;
  image.replaceWith(words);
}

document.addEventListener('click', showInPlace);
document.addEventListener('error', instead, true);
for (const image of document.images) {
  if (image.complete && image.naturalWidth === 0) instead({ target: image });
}
const live = document.querySelector('[data-live]');
if (live !== null) keepRenewing(live, document.querySelector('[data-live-said]'));
const followed = document.querySelector('[data-events]');
if (followed !== null) follow(followed);
