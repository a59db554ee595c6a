import type { Page } from 'playwright-core';

/** What this test uses of the services OHIF 3.13 hangs on its window. */
interface Ohif {
  readonly services: {
    readonly displaySetService: { getActiveDisplaySets(): readonly OhifDisplaySet[] };
    readonly segmentationService: {
      getSegmentations(): readonly {
        readonly segmentationId: string;
        readonly segments: Readonly<Record<string, { readonly label: string }>>;
      }[];
    };
    readonly viewportGridService: {
      getActiveViewportId(): string;
      setDisplaySetsForViewport(change: { viewportId: string; displaySetInstanceUIDs: string[] }): void;
    };
    readonly cornerstoneViewportService: {
      getCornerstoneViewport(id: string): { getCurrentImageId?(): string | undefined } | undefined;
    };
  };
}

interface OhifDisplaySet {
  readonly displaySetInstanceUID: string;
  readonly Modality: string;
  readonly SeriesInstanceUID: string;
  readonly SOPClassUID: string;
  readonly isLoaded?: boolean;
  readonly measurements?: readonly { readonly loaded: boolean; readonly TrackingUniqueIdentifier: string }[];
}

export interface DisplaySet {
  readonly id: string;
  readonly modality: string;
  readonly seriesInstanceUid: string;
  /** Tracking UIDs of the measurements OHIF has put on an image; null for what holds none. */
  readonly loadedMeasurements: readonly string[] | null;
}

/** Every series of the study as OHIF understood it. */
export function displaySets(page: Page): Promise<readonly DisplaySet[]> {
  return page.evaluate(() =>
    (globalThis as unknown as Ohif).services.displaySetService.getActiveDisplaySets().map((set) => ({
      id: set.displaySetInstanceUID,
      modality: set.Modality,
      seriesInstanceUid: set.SeriesInstanceUID,
      loadedMeasurements:
        set.measurements?.filter(({ loaded }) => loaded).map((one) => one.TrackingUniqueIdentifier) ?? null,
    })),
  );
}

/** The labels of the segments of a segmentation, in their order; null as long as OHIF has not read it. */
export function segmentLabels(page: Page, id: string): Promise<readonly string[] | null> {
  return page.evaluate((segmentationId) => {
    const { segmentationService } = (globalThis as unknown as Ohif).services;
    const found = segmentationService
      .getSegmentations()
      .find((each) => each.segmentationId === segmentationId);
    return found ? Object.values(found.segments).map(({ label }) => label) : null;
  }, id);
}

/** Shows a display set in the active viewport, as a double click on its thumbnail does. */
export function show(page: Page, id: string): Promise<void> {
  return page.evaluate((displaySetInstanceUid) => {
    const { viewportGridService: grid } = (globalThis as unknown as Ohif).services;
    grid.setDisplaySetsForViewport({
      viewportId: grid.getActiveViewportId(),
      displaySetInstanceUIDs: [displaySetInstanceUid],
    });
  }, id);
}

/** The SOP Instance UID of the image in the active viewport, '' while there is none. */
export function shownImage(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { viewportGridService: grid, cornerstoneViewportService } = (globalThis as unknown as Ohif)
      .services;
    const viewport = cornerstoneViewportService.getCornerstoneViewport(grid.getActiveViewportId());
    return /\/instances\/([\d.]+)/.exec(viewport?.getCurrentImageId?.() ?? '')?.[1] ?? '';
  });
}

/** The text at each arrow drawn in the active viewport, line by line. */
export async function drawnLabels(page: Page): Promise<readonly (readonly string[])[]> {
  const labels = page.locator('svg.svg-layer text');
  return Promise.all((await labels.all()).map((label) => label.locator('tspan').allTextContents()));
}
