/** The masks that two reports cite, where both cite one of the same series. */
import { useEffect, useState } from 'react';
import { getLabelmap, getSegmentation } from '../client';
import { decode } from '../segmentation/labelmap';
import type { ReportInfo } from '../types/api';
import { together, type Masks } from './masks';

async function fetchMasks(a: string, b: string): Promise<Masks | null> {
  const [one, other] = await Promise.all([getSegmentation(a), getSegmentation(b)]);
  const series = one.source_series_instance_uid;
  if (!series || series !== other.source_series_instance_uid) return null;
  const [first, second] = await Promise.all([getLabelmap(a), getLabelmap(b)]);
  return together(series, decode(first), decode(second));
}

/** Null while they are fetched, and where there are none. */
export function useMasks(a: ReportInfo | undefined, b: ReportInfo | undefined): Masks | null {
  const [masks, setMasks] = useState<Masks | null>(null);
  const [one, other] = [a?.segmentation, b?.segmentation];
  useEffect(() => {
    let current = true;
    setMasks(null);
    if (one && other) {
      fetchMasks(one, other)
        .then(found => current && setMasks(found))
        // Overlapping segments have no labelmap: the answers are compared without.
        .catch(() => undefined);
    }
    return () => {
      current = false;
    };
  }, [one, other]);
  return masks;
}
