import { afterEach, describe, expect, it, vi } from 'vitest';
import { decode, encode, sliceName } from '../src/segmentation/labelmap';
import { loadMask, saveMask } from '../src/segmentation/viewer';
import type { DisplaySet, Ohif, Segmentation } from '../src/types/ohif';

const CT = '1.2.3';
const segments = [{ number: 1, label: 'Liver', kind: 'liver', tracking_uid: '2.25.9' }];
const stored = { sop_instance_uid: '2.25.1', series_instance_uid: '2.25.2', source_series_instance_uid: CT, segments };

afterEach(() => vi.unstubAllGlobals());

/** A viewer that shows two slices; what it is asked for a mask is answered with `segmentation`. */
function viewer(segmentation: Segmentation, frames = false): Ohif {
  const pixels = [new Uint8Array(4), new Uint8Array(4)];
  const images = pixels.map((data, index) => ({
    rows: 2,
    columns: 2,
    referencedImageId: frames ? `wadors:/instances/1.2.3.0/frames/${index + 1}` : `wadors:/instances/1.2.3.${index}/frames/1`,
    voxelManager: { getScalarData: () => data },
    getPixelData: () => data,
  }));
  const instance = (id: string) => ({ SOPInstanceUID: id.split('/')[2], SeriesInstanceUID: CT, ...(frames && { NumberOfFrames: 2 }) });
  vi.stubGlobal('cornerstone', { cache: { getImage: (id: string) => images[Number(id)] }, metaData: { get: (_: string, id: string) => instance(id) } });
  vi.stubGlobal('cornerstoneTools', { segmentation: { triggerSegmentationEvents: { triggerSegmentationDataModified: () => undefined } } });
  const set = { displaySetInstanceUID: 'a', SeriesInstanceUID: CT, StudyInstanceUID: '1.2', Modality: 'CT' };
  const services = {
    displaySetService: { getDisplaySetByUID: (uid: string) => (uid === 'a' ? set : undefined), getActiveDisplaySets: () => [set] },
    viewportGridService: { getState: () => ({ activeViewportId: 'v', viewports: new Map([['v', { displaySetInstanceUIDs: ['a'] }]]) }) },
    segmentationService: {
      getSegmentations: () => [segmentation],
      getSegmentation: () => segmentation,
      createLabelmapForDisplaySet: () => Promise.resolve(segmentation.segmentationId),
      addSegmentationRepresentation: () => Promise.resolve(),
      setSegmentColor: () => undefined,
    },
  };
  return { servicesManager: { services } } as unknown as Ohif;
}

const mask = (segmentationId: string): Segmentation => ({
  segmentationId,
  label: 'mask',
  segments: { 1: { segmentIndex: 1, label: 'Liver' } },
  representationData: { Labelmap: { imageIds: ['0', '1'] } },
});

/** Answer as the server does; gives the headers of the labelmaps that it was sent. */
function server(source = CT): { sent: ReturnType<typeof decode>['header'][] } {
  const sent: ReturnType<typeof decode>['header'][] = [];
  const labelmap = encode({ header: { rows: 2, columns: 2, sops: ['1.2.3.0', '1.2.3.1'], segments: [] }, slices: [new Uint8Array(4), new Uint8Array(4)] });
  const answer = (url: string, init?: RequestInit): Response => {
    if (init?.method === 'POST') {
      sent.push(decode((init.body as Uint8Array<ArrayBuffer>).slice().buffer).header);
      return Response.json({ ...stored, sop_instance_uid: `2.25.${100 + sent.length}` }, { status: 201 });
    }
    return url.endsWith('/labelmap') ? new Response(labelmap) : Response.json({ ...stored, source_series_instance_uid: source });
  };
  vi.stubGlobal('fetch', vi.fn((url: string, init?: RequestInit) => Promise.resolve(answer(url, init))));
  return { sent };
}

describe('a mask of a series that no viewport shows', () => {
  it('is loaded once the active viewport shows it', async () => {
    server('1.2.4');
    const ohif = viewer(mask('other'));
    const { displaySetService, viewportGridService } = ohif.servicesManager.services;
    const other: DisplaySet = { displaySetInstanceUID: 'b', SeriesInstanceUID: '1.2.4', StudyInstanceUID: '1.2', Modality: 'CT' };
    displaySetService.getActiveDisplaySets = () => [other];
    const shown: unknown[] = [];
    viewportGridService.setDisplaySetsForViewport = options => {
      shown.push(options);
      setTimeout(() => (other.imageIds = ['0', '1']), 80);
    };
    await loadMask(ohif, '2.25.1');
    expect(shown).toEqual([{ viewportId: 'v', displaySetInstanceUIDs: ['b'] }]);
    expect(other.imageIds).toBeDefined();
  });
});

describe('a saved mask', () => {
  it('is a new version of the one that was loaded, and then of itself', async () => {
    const { sent } = server();
    const ohif = viewer(mask('loaded'));
    await loadMask(ohif, '2.25.1');
    await saveMask(ohif);
    await saveMask(ohif);
    expect(sent.map(header => header.derived_from)).toEqual(['2.25.1', '2.25.101']);
    expect(sent[0]?.segments).toEqual(segments);
  });
  it('is of its own when it was drawn here', async () => {
    const { sent } = server();
    await saveMask(viewer(mask('drawn')));
    expect(sent[0]).not.toHaveProperty('derived_from');
  });
  it('is of its own on another series than that of the one that was loaded', async () => {
    const { sent } = server('1.2.999');
    const ohif = viewer(mask('elsewhere'));
    await loadMask(ohif, '2.25.1');
    await saveMask(ohif);
    expect(sent[0]).not.toHaveProperty('derived_from');
  });
  it('names the frames of a multi-frame image', async () => {
    const { sent } = server();
    await saveMask(viewer(mask('frames'), true));
    expect(sent[0]?.sops).toEqual(['1.2.3.0/frames/1', '1.2.3.0/frames/2']);
  });
});

it.each([
  ['wadors:http://x/instances/1.2/frames/3', true, '1.2/frames/3'],
  ['wadors:http://x/instances/1.2/frames/1', false, '1.2'],
  ['dicomweb:http://x/wado?objectUID=1.2&frame=4', true, '1.2/frames/4'],
])('a slice is named by %s', (imageId, isMultiFrame, name) => expect(sliceName('1.2', isMultiFrame, imageId)).toBe(name));
