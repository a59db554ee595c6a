import { describe, expect, test } from 'vitest';
import { element, SMALL_IMAGE } from '../../dicom/image/image.fixture.ts';
import { applyRules, parseSeriesRules, type SeriesRules } from './series-rules.ts';

const rule = (when: object, outcome: object = { refuse: true }, name = 'a rule') => ({
  name,
  when,
  ...outcome,
});
const parse = (...rules: readonly object[]) => parseSeriesRules(JSON.stringify({ rules }));

function rulesOf(...rules: readonly object[]): SeriesRules {
  const parsed = parse(...rules);
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'));
  return parsed.rules;
}

const IMAGE = {
  ...SMALL_IMAGE,
  '00080070': element('LO', 'Maker Ltd'),
  '0008103E': element('LO', 'Sag_Dixon_W'),
  '00180081': element('DS', '95.5'),
  '00180022': element('CS', 'FS', 'PFF'),
};

describe('a condition', () => {
  test.each<[string, object, boolean]>([
    ['text, whatever its case', { Manufacturer: 'MAKER LTD' }, true],
    ['other text', { Manufacturer: 'MAKER' }, false],
    ['a number, however written', { EchoTime: 95.5 }, true],
    ['a tag in place of a keyword', { '(0018,0081)': 95.5 }, true],
    ['a tag without brackets', { '00180081': { atLeast: 95, atMost: 96 } }, true],
    ['a bound', { EchoTime: { atLeast: 96 } }, false],
    ['one of several values', { ScanOptions: 'PFF' }, true],
    ['a list', { ScanOptions: { in: ['A', 'FS'] } }, true],
    ['a pattern', { SeriesDescription: { matches: 'dixon.*w$' } }, true],
    ['a negated pattern', { SeriesDescription: { not: { matches: '^sag' } } }, false],
    ['alternatives at the start', { SeriesDescription: { matches: '^(ax|sag)_' } }, true],
    ['presence', { InversionTime: { present: false } }, true],
    ['absence', { EchoTime: { present: false } }, false],
    ['all of several', { EchoTime: { atLeast: 90 }, Manufacturer: 'Other' }, false],
    ['a number asked of text', { Manufacturer: { atLeast: 0 } }, false],
  ])('%s', (_, when, holds) => {
    expect(applyRules(rulesOf(rule(when)), IMAGE) !== null).toBe(holds);
  });

  test('no pattern is slow on any text', () => {
    const rules = rulesOf(rule({ SeriesDescription: { matches: '^(([a-z])+.)+[A-Z]([a-z])+$' } }));
    const start = performance.now();
    expect(applyRules(rules, { '0008103E': element('LO', 'a'.repeat(4000)) })).not.toBeUndefined();
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('the first rule that fits decides', () => {
    const rules = rulesOf(
      rule({ Manufacturer: 'Other' }, { refuse: true }, 'one'),
      rule({ Manufacturer: 'Maker Ltd' }, { role: 'sagittal-t2' }, 'two'),
      rule({ EchoTime: 95.5 }, { refuse: true }, 'three'),
    );
    expect(applyRules(rules, IMAGE)).toEqual({ name: 'two', role: 'sagittal-t2' });
  });
});

describe('a file that is wrong', () => {
  const problemsOf = (...rules: readonly object[]) => {
    const parsed = parse(...rules);
    return parsed.kind === 'problems' ? parsed.problems.join('\n') : '';
  };
  test('every problem is named with its place', () => {
    const problems = problemsOf(
      rule({ EchoTme: 5, PatientName: 'x', SeriesDescription: { matches: '(' } }),
      rule({ EchoTime: 5 }, { role: 'sagittal-t2' }),
    );
    expect(problems).toContain('/rules/0/when/EchoTme is no DICOM keyword or tag: is EchoTime meant?');
    expect(problems).toContain('/rules/0/when/PatientName cannot be tested');
    expect(problems).toMatch(/\/rules\/0\/when\/SeriesDescription "matches" is no regular expression/);
    expect(problemsOf(rule({ SeriesDescription: { matches: '(?=sag)t2' } }))).toContain(
      'is no regular expression',
    );
    expect(problems).toContain('/rules two rules are named "a rule"');
  });

  test.each([
    ['no JSON', '{', 'not JSON'],
    ['no rules', '{}', "must have required property 'rules'"],
    [
      'an unknown role',
      JSON.stringify({ rules: [rule({ EchoTime: 1 }, { role: 'coronal' })] }),
      '/rules/0/role',
    ],
    [
      'both role and refusal',
      JSON.stringify({ rules: [rule({ EchoTime: 1 }, { role: 'axial-t2', refuse: true })] }),
      '/rules/0 must match exactly one',
    ],
    ['no condition', JSON.stringify({ rules: [rule({})] }), '/rules/0/when'],
    ['an unknown test', JSON.stringify({ rules: [rule({ EchoTime: { above: 3 } })] }), '(above)'],
    ['an unknown property', JSON.stringify({ rules: [], rulez: [] }), '(rulez)'],
  ])('%s', (_, text, words) => {
    const parsed = parseSeriesRules(text);
    expect(parsed.kind === 'problems' && parsed.problems.join('\n')).toContain(words);
  });
});
