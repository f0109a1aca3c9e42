import { describe, expect, it } from 'vitest';
import { attenuation, shown } from '../src/viewer/attenuation';

const saved = {
  liver: { hu_mean_arterial: 77, hu_mean_non_contrast: 52 },
  nodules: [
    { tracking_uid: '2.25.1', hu_mean_arterial: 121.4, hu_mean_portal_venous: 90 },
    { tracking_uid: '2.25.2', hu_mean_non_contrast: 43.2 },
  ],
};

describe('the attenuation of the chosen nodule', () => {
  it('is told beside the liver of the same phase', () => {
    expect(attenuation(saved, '2.25.1', 'arterial')).toEqual({ hu: 121.4, toLiver: 121.4 - 77 });
    expect(shown({ hu: 121.4, toLiver: 44.4 }, 'to liver')).toBe('121 HU · +44 to liver');
    expect(shown({ hu: 43.2, toLiver: -8.8 }, 'to liver')).toBe('43 HU · −9 to liver');
  });
  it('is told alone where the liver has no mask', () => {
    expect(attenuation(saved, '2.25.1', 'portal_venous')).toEqual({ hu: 90, toLiver: null });
    expect(shown({ hu: -12.6, toLiver: null }, 'to liver')).toBe('−13 HU');
  });
  it('is not made up for a phase without a mask, another nodule, or one that was never saved', () => {
    expect(attenuation(saved, '2.25.1', 'equilibrium')).toBeNull();
    expect(attenuation(saved, '2.25.3', 'arterial')).toBeNull();
    expect(attenuation(saved, undefined, 'arterial')).toBeNull();
  });
});
