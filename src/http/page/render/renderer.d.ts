/**
 * What is used here of `htm/preact` and `preact-render-to-string`. Their own declarations name the types of a browser's
 * document, with which every program that reads them is taken to run in a browser (tsconfig.json, `paths`).
 */
export interface VNode {
  readonly type: unknown;
  readonly props: Readonly<Record<string, unknown>>;
}
export function html(parts: TemplateStringsArray, ...inserts: readonly unknown[]): VNode;
export function renderToString(node: VNode): string;
