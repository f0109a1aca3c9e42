/** What the tests of the pages start from. */
import type { Exam, Facet, Me, Template } from '../src/types/api';
import { item, schema } from './template';

const { nodules } = schema.properties;
const location = { ...item('map'), type: 'array' };
const properties = { ...schema.properties, nodules: { ...nodules!, items: { properties: { ...nodules!.items!.properties, location } } } };

export const TEMPLATE: Template = { id: 'liver-ct', version: 1, title: 'Liver', schema: { ...schema, properties } };

export const ME: Me = { user: 'ana', name: 'Souza^Ana', role: 'radiologist' };

export const EXAM: Exam = {
  study_instance_uid: '1.2',
  patient_id: 'HEP-A',
  sex: 'F',
  age: 51,
  study_date: '2020-01-02',
  description: 'TC ABDOME',
  state: 'verified',
  viewer: '/ohif/hepatia?StudyInstanceUIDs=1.2',
  phases: ['non_contrast', 'portal_venous'],
  masks: { liver: ['portal_venous'], nodule: [] },
  reader: 'Souza^Ana',
  readings: [{ login: 'ana', name: 'Souza^Ana', state: 'verified' }],
  assigned: [],
  lirads: 'LR-5',
  nodules: 2,
  largest_mm: 32.5,
  answers: {
    patient: { baseline_diagnosis: ['healthy'] },
    nodules: [
      { lirads: 'LR-3', diameter_mm: 40, location: ['V'], tracking_uid: '2.25.1' },
      { lirads: 'LR-5', diameter_mm: 32.5, location: ['V', 'VII'], tracking_uid: '2.25.2' },
    ],
  },
};

export const facet = (path: string, more: Partial<Facet>): Facet => ({ path, title: path, values: [], minimum: null, maximum: null, width: null, bins: [], ...more });
