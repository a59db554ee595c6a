import { expect, test } from 'vitest';
import {
  describeWithHelm,
  HELMS,
  type Manifest,
  ofKind,
  one,
  podTemplates,
  rendered,
  selects,
} from './helm.ts';

const settings = { PACS_URL: 'https://pacs.example:8443/dicom-web' };
const split = { mode: 'split', settings, secrets: { DATABASE_URL: { name: 'db' } } };

describeWithHelm.each(HELMS)('network policies, %s', (helm) => {
  /** Names of the holes by component, and of those without which all would be open. */
  function holes(values: object): Record<string, string[]> {
    const objects = rendered(helm, values);
    const policies = ofKind(objects, 'NetworkPolicy');
    return Object.fromEntries(
      [...podTemplates(objects)].map(([component, pod]) => [
        component,
        policies
          .filter(({ spec }) => selects(spec.podSelector, pod.metadata.labels))
          .map(({ metadata }) => metadata.name.replace('spinegrade-', '')),
      ]),
    );
  }

  test('every pod is closed, and has the holes it needs and no other', () => {
    const working = ['default-deny', 'dns', 'archive', 'database'];
    expect(holes(split)).toEqual({
      api: [...working, 'clients', 'metrics'],
      watcher: [...working, 'metrics'],
      worker: [...working, 'metrics'],
      migrate: ['default-deny', 'dns', 'database', 'migrate'],
    });
    expect(holes({ settings })).toEqual({ all: ['default-deny', 'dns', 'archive', 'clients', 'metrics'] });
  });

  test('holes that are there on request', () => {
    const http = { url: 'http://artifacts/p/manifest.json', sha256: '0'.repeat(64) };
    const networkPolicy = { otlp: { enabled: true }, others: [{ ports: [{ port: 514, protocol: 'UDP' }] }] };
    const values = { settings, modelPack: { source: 'http', http }, networkPolicy };
    expect(holes(values)['all']).toEqual(expect.arrayContaining(['model-pack', 'otlp', 'others']));
    const oidc = { AUTH: 'oidc', OIDC_ISSUER: 'https://login.example/realm', OIDC_AUDIENCE: 'spinegrade' };
    expect(holes({ settings: { ...settings, ...oidc } })['all']).toContain('oidc');
    const inference = { INFERENCE_URL: 'https://triton.example:8443' };
    expect(holes({ settings: { ...settings, ...inference } })['all']).toContain('inference');
    const closed = { settings, networkPolicy: { clients: [], metrics: [] } };
    expect(holes(closed)).toEqual({ all: ['default-deny', 'dns', 'archive'] });
    expect(holes({ settings, networkPolicy: { enabled: false } })).toEqual({ all: [] });
  });

  test('the default denies both ways and lets nothing through itself', () => {
    const { spec } = one(rendered(helm, split), 'NetworkPolicy', '-default-deny');
    expect(spec).toEqual({
      podSelector: {
        matchLabels: { 'app.kubernetes.io/name': 'spinegrade', 'app.kubernetes.io/instance': 'spinegrade' },
      },
      policyTypes: ['Ingress', 'Egress'],
    });
  });

  test('a hole is one way, through named ports', () => {
    for (const { metadata, spec } of ofKind(rendered(helm, split), 'NetworkPolicy')) {
      if (metadata.name.endsWith('-default-deny')) continue;
      expect(spec.policyTypes, metadata.name).toHaveLength(1);
      const rules = spec[spec.policyTypes[0].toLowerCase()] as Manifest[];
      expect(rules.length).toBeGreaterThan(0);
      for (const { ports } of rules) expect(ports.length).toBeGreaterThan(0);
    }
  });

  test.each([
    ['https://pacs.example:8443/dicom-web', 8443],
    ['https://pacs.example/dicom-web', 443],
    ['http://10.1.2.3/dicom-web', 80],
    ['http://[fd00::1]:8042/dicom-web', 8042],
    ['http://[fd00::1]/dicom-web', 80],
  ])('the archive of %s is behind port %i', (PACS_URL, port) => {
    const { spec } = one(rendered(helm, { settings: { PACS_URL } }), 'NetworkPolicy', '-archive');
    expect(spec.egress).toEqual([{ ports: [{ port, protocol: 'TCP' }] }]);
  });

  test('holes are as narrow as they are named', () => {
    const to = [{ ipBlock: { cidr: '10.1.2.3/32' } }];
    const networkPolicy = { archive: { to, ports: [11112] }, database: { to, ports: [6432] } };
    const objects = rendered(helm, { ...split, networkPolicy });
    const hole = (port: number) => ({ to, ports: [{ port, protocol: 'TCP' }] });
    expect(one(objects, 'NetworkPolicy', '-archive').spec.egress).toEqual([hole(11112)]);
    expect(one(objects, 'NetworkPolicy', '-database').spec.egress).toEqual([hole(6432)]);
    expect(one(objects, 'NetworkPolicy', '-migrate').spec.egress[1]).toEqual(hole(6432));
  });
});
