/** The picture of a slice; none until it is there, so that outlines never lie over another slice. */
import { useEffect, useRef, useState } from 'react';
import { getPicture } from '../client';

/** Abdomen: level and width in HU. */
const WINDOW = '50,350,linear';

export function usePicture(studyUid: string, seriesUid: string, slice: string): string | undefined {
  const kept = useRef(new Map<string, string>());
  const [, setTurn] = useState(0);
  useEffect(() => {
    let current = true;
    if (slice && !kept.current.has(slice)) {
      getPicture(studyUid, seriesUid, slice, WINDOW)
        .then(picture => {
          kept.current.set(slice, URL.createObjectURL(picture));
          if (current) setTurn(one => one + 1);
        })
        // Without the picture the outlines are still there to be compared.
        .catch(() => undefined);
    }
    return () => {
      current = false;
    };
  }, [studyUid, seriesUid, slice]);
  useEffect(() => {
    const urls = kept.current;
    return () => urls.forEach(url => URL.revokeObjectURL(url));
  }, []);
  return kept.current.get(slice);
}
