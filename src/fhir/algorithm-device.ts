import type { Device } from 'fhir/r4.js';
import { deterministicUid } from '../dicom/deterministic-uid.ts';
import type { Algorithm } from '../domain/assessment.ts';
import { inferenceServerInWords } from '../domain/inference-server.ts';
import { CODES } from '../sr/tree/coded-concepts.ts';
import { RESEARCH_USE_STATEMENT } from '../sr/tree/measurement-report.ts';
import { concept, dicomUid } from './fhir-coding.ts';

/** The same model is the same device, wherever it runs. */
export function deviceUid({ name, version, packSha256 }: Algorithm): string {
  return deterministicUid('algorithm', name, version, packSha256);
}

/** The model that graded, as a FHIR R4 Device. */
export function algorithmDevice(algorithm: Algorithm): Device {
  const { name, version, packSha256, executionProvider, inferenceServer } = algorithm;
  const elsewhere = inferenceServer === undefined ? [] : inferenceServerInWords(inferenceServer);
  return {
    resourceType: 'Device',
    identifier: [dicomUid(deviceUid(algorithm))],
    deviceName: [{ name, type: 'model-name' }],
    type: concept([CODES.artificialIntelligence]),
    version: [
      { type: concept([CODES.algorithmVersion]), value: version },
      { type: { text: 'SHA-256 of the model pack' }, value: packSha256 },
    ],
    property: [
      { type: { text: 'execution provider' }, valueCode: [{ text: executionProvider }] },
      ...elsewhere.map((text) => ({ type: { text: 'remote inference' }, valueCode: [{ text }] })),
    ],
    note: [{ text: RESEARCH_USE_STATEMENT }],
  };
}
