import { expect, test } from 'vitest';
import { estimate, html } from './html.ts';

test('html escapes text and keeps HTML', () => {
  const inner = html`<b>${'<script>&"'}</b>`;
  expect(html`<p title="${'a"b'}">${inner}${[inner]}${null}${3}</p>`.html).toBe(
    '<p title="a&quot;b"><b>&lt;script&gt;&amp;&quot;</b><b>&lt;script&gt;&amp;&quot;</b>3</p>',
  );
});

test('estimate shows a figure with its interval, a dash where there is none', () => {
  expect(estimate({ value: 0.12345, interval: [0.1, 0.2] }, 2).html).toBe('0.12<small>0.10 to 0.20</small>');
  expect(estimate({ value: null, interval: null }).html).toBe('–');
});
