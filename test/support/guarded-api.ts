import { readFileSync } from 'node:fs';
import yaml from 'js-yaml';
import { createApp } from '../../src/http/app.ts';
import { type Access, OPEN_ACCESS } from '../../src/http/guard/access.ts';
import { recordingEvents } from './ledger-events.ts';
import { refusingParts } from './refusing-parts.ts';

export interface Operation {
  readonly operationId: string;
  readonly method: 'get' | 'post' | 'delete' | 'options';
  /** As the contract has it. */
  readonly route: string;
  /** Of nothing that is there. */
  readonly path: string;
  readonly permission: string;
  readonly security: unknown;
  readonly statuses: readonly string[];
}

/** What stands for each parameter of a path. */
const PARAMETERS: Readonly<Record<string, string>> = {
  studyInstanceUid: '2.25.4711',
  id: '6b1f9a52-7a52-4a55-9a4c-0f6a3c1d2e4f',
};

interface Described {
  readonly operationId: string;
  readonly 'x-permission': string;
  readonly security: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
  readonly parameters?: readonly Parameter[];
}

interface Parameter {
  readonly name?: string;
  readonly in?: string;
  readonly required?: boolean;
  readonly example?: string;
}

/** With the example of every part of the query that has to be there, and of those that these ask for. */
function pathOf(route: string, parameters: readonly Parameter[] = []): string {
  const path = route.replaceAll(/\{(\w+)\}/g, (_, name: string) => PARAMETERS[name] ?? 'unknown');
  const isAsked = parameters.some((each) => each.in === 'query' && each.required);
  if (!isAsked) return path;
  const query = new URLSearchParams();
  for (const { name = '', example = '' } of parameters) query.set(name, example);
  return `${path}?${query}`;
}

/** Every operation of the contract. */
export function operationsOfContract(): readonly Operation[] {
  const file = new URL('../../openapi/spinegrade.yaml', import.meta.url);
  const { paths } = yaml.load(readFileSync(file, 'utf8')) as {
    paths: Record<string, Record<string, Described>>;
  };
  return Object.entries(paths).flatMap(([route, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'parameters')
      .map(([method, { operationId, 'x-permission': permission, security, responses, parameters }]) => ({
        operationId,
        method: method as Operation['method'],
        route,
        path: pathOf(route, parameters),
        permission,
        security,
        statuses: Object.keys(responses),
      })),
  );
}

/** The API before a queue that refuses everything, behind this access; handlers answer with `internal`. */
export function guardedApi(access: Partial<Access>) {
  const { events, registry, lines } = recordingEvents();
  const parts = { ...refusingParts(), registry, events };
  return { app: createApp({ ...parts, access: { ...OPEN_ACCESS, ...access } }), lines };
}
