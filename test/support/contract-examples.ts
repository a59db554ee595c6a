import yaml from 'js-yaml';
import { type ExampleName, type RecordedAnswers, SHOWN_AT } from './recorded-answers.ts';

const BEGIN = '  examples:\n    # Answers of the service, recorded by `node test/record-examples.ts`.\n';

/** The contract with these answers as its examples: the last part of its components. */
export function withExamples(contract: string, answers: RecordedAnswers): string {
  const from = contract.indexOf(BEGIN);
  const before = from < 0 ? `${contract.trimEnd()}\n` : contract.slice(0, from);
  const examples = Object.fromEntries(
    (Object.keys(SHOWN_AT) as ExampleName[]).map((name) => [name, { value: inJson(answers[name]) }]),
  );
  const text = yaml.dump(examples, { flowLevel: 4, lineWidth: 120, noRefs: true });
  return before + BEGIN + text.replaceAll(/^(?=.)/gm, '    ');
}

/** Without members that are undefined. */
const inJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The example's reference at the place where the contract shows it. */
export function shownAt(contract: Contract, name: ExampleName): unknown {
  const at = SHOWN_AT[name];
  const content =
    at === 'webhook'
      ? contract.webhooks['analysisEnded']!['post']!.requestBody.content
      : resolved(contract, contract.paths[at[0]]![at[1]]!.responses[at[2]]!).content;
  return Object.values(content)[0]!.examples?.['recorded']?.$ref;
}

function resolved(contract: Contract, response: ResponseObject): ResponseObject {
  const name = response.$ref?.split('/').at(-1);
  return name === undefined ? response : contract.components.responses[name]!;
}

interface Media {
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>;
}
interface ResponseObject {
  readonly $ref?: string;
  readonly content: Readonly<Record<string, Media>>;
}
interface OperationObject {
  readonly responses: Readonly<Record<string, ResponseObject>>;
  readonly requestBody: { readonly content: Readonly<Record<string, Media>> };
}
type PathItems = Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
export interface Contract {
  readonly paths: PathItems;
  readonly webhooks: PathItems;
  readonly components: {
    readonly responses: Readonly<Record<string, ResponseObject>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}
