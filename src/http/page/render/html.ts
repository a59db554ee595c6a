import { html as template, type VNode } from 'htm/preact';
import { renderToString } from 'preact-render-to-string';

/** A piece of a page. */
export type Html = VNode;

/** HTML from a template: a tree, so that whatever text is put into it stays text. Null and false are nothing. */
export const html = template;

/** A whole document. @param root its element `html` */
export function documentOf(root: Html): string {
  return `<!doctype html>\n${renderToString(root)}\n`;
}
