import { describe, expect, it } from 'vitest';
import { count, isAnswered, missingPaths, pruned, sections, tabOf, toggled } from '../src/form/model';
import type { TemplateSchema } from '../src/types/api';
import { schema } from './template';

describe('toggled', () => {
  it('adds and takes away', () => {
    expect(toggled(['a'], 'b', [])).toEqual(['a', 'b']);
    expect(toggled(['a', 'b'], 'a', [])).toEqual(['b']);
  });
  it('lets a value stand alone, and leave for others', () => {
    expect(toggled(['a', 'b'], 'healthy', ['healthy'])).toEqual(['healthy']);
    expect(toggled(['healthy'], 'a', ['healthy'])).toEqual(['a']);
  });
});

describe('completion', () => {
  it('counts required answers only, of every member', () => {
    const answers = { patient: { cirrhosis: 'yes' }, nodules: [{ lirads: 'LR-5' }, {}] };
    expect(count(schema, answers, ['patient'])).toEqual({ answered: 1, required: 2 });
    expect(count(schema, answers, ['nodules'])).toEqual({ answered: 1, required: 2 });
    expect(missingPaths(schema, answers)).toEqual(['patient.baseline', 'nodules.1.lirads']);
  });
  it('takes an empty set for no answer', () => {
    expect(isAnswered([])).toBe(false);
    expect(missingPaths(schema, { patient: { baseline: [], cirrhosis: 'no' } })).toEqual(['patient.baseline']);
  });
  it('knows the tab of a path', () => {
    expect(tabOf(schema, 'nodules.1.lirads')).toBe('nodules');
    expect(tabOf(schema, 'nowhere.x')).toBeUndefined();
  });
});

describe('sections', () => {
  it('gathers items by section and leaves hidden ones out', () => {
    const patient = (schema as TemplateSchema).properties.patient;
    expect(patient && sections(patient).map(one => [one.name, one.items.map(each => each.name)])).toEqual([
      ['clinical', ['baseline', 'cirrhosis', 'afp']],
    ]);
  });
});

describe('pruned', () => {
  it('leaves out what is empty, keeps members that were begun', () => {
    expect(pruned({ patient: { baseline: [], cirrhosis: 'yes' }, exam: {}, nodules: [{}, { lirads: 'LR-3', location: [] }] })).toEqual({
      patient: { cirrhosis: 'yes' },
      nodules: [{}, { lirads: 'LR-3' }],
    });
  });
});
