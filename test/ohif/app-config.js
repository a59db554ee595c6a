// OHIF 3.13 beside an archive whose DICOMweb root is /dicom-web on the viewer's own origin (docs/ohif.md).
window.config = {
  name: 'beside the archive',
  routerBasename: null,
  extensions: [],
  modes: [],
  customizationService: [
    {
      // OHIF would offer to play the summary image as a film.
      autoCineModalities: { $set: ['US'] },
      // A finding without any coordinates would keep OHIF from opening the study.
      onBeforeSRAddMeasurement: {
        $set: ({ measurement }) =>
          measurement.coords.length > 0 ? measurement : { ...measurement, coords: [{}] },
      },
      // Findings taken over as measurements become arrows that carry their names: OHIF would make them bare points.
      onBeforeSRHydration: {
        value: ({ storedMeasurementByAnnotationType, displaySet }) => {
          const {
            Probe = [],
            ArrowAnnotate = [],
            Length = [],
            ...others
          } = storedMeasurementByAnnotationType;
          const names = new Map(
            displaySet.measurements.map(({ TrackingUniqueIdentifier, labels }) => [
              TrackingUniqueIdentifier,
              labels[0]?.label.replace(/, probability$/, ''),
            ]),
          );
          for (const { annotation, TrackingUniqueIdentifier } of Probe) {
            const [[x, y, z]] = annotation.data.handles.points;
            annotation.data.label = `AI: ${names.get(TrackingUniqueIdentifier)}`;
            annotation.data.handles.arrowFirst = true;
            // From 20 mm behind, which sagittal and axial images both show.
            annotation.data.handles.points = [
              [x, y, z],
              [x, y + 20, z],
            ];
          }
          // OHIF takes over no length that another program drew. One that is not the way between its ends, as a slip is
          // not, becomes an arrow that carries its text.
          const drawn = displaySet.measurements.filter(
            ({ coords: [place] }) => place?.GraphicType === 'POLYLINE' && place.GraphicData.length === 4,
          );
          const lengths = drawn.map((measurement) => {
            const { coords, imageId, frameNumber, labels, TrackingUniqueIdentifier } = measurement;
            const [a, b, c, d] = coords[0].GraphicData;
            const points = [
              [a, b],
              [c, d],
            ].map((end) => window.cornerstone.utilities.imageToWorldCoords(imageId, end));
            const level = labels.map(({ value }) => /L\d\/[LS]\d/.exec(value)?.[0]).find(Boolean);
            const [{ label, value }] = labels;
            const handles = {
              points,
              arrowFirst: true,
              activeHandleIndex: null,
              textBox: { hasMoved: false },
            };
            const data = { label: `AI: ${level} ${label}: ${value}`, frameNumber, handles, cachedStats: {} };
            return {
              TrackingUniqueIdentifier,
              sopInstanceUid: measurement.ReferencedSOPInstanceUID,
              annotation: { annotationUID: TrackingUniqueIdentifier, data },
              isBetweenEnds:
                Math.abs(
                  Math.hypot(...points[0].map((mm, axis) => mm - points[1][axis])) - Number.parseFloat(value),
                ) < 0.1,
            };
          });
          return {
            ...others,
            ArrowAnnotate: [
              ...ArrowAnnotate,
              ...Probe,
              ...lengths.filter(({ isBetweenEnds }) => !isBetweenEnds),
            ],
            Length: [...Length, ...lengths.filter(({ isBetweenEnds }) => isBetweenEnds)],
          };
        },
      },
    },
  ],
  showStudyList: true,
  maxNumberOfWebWorkers: 3,
  showWarningMessageForCrossOrigin: false,
  showCPUFallbackMessage: false,
  showLoadingIndicator: true,
  strictZSpacingForVolumeViewport: true,
  investigationalUseDialog: { option: 'never' },
  defaultDataSourceName: 'archive',
  dataSources: [
    {
      namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
      sourceName: 'archive',
      configuration: {
        friendlyName: 'The archive',
        name: 'archive',
        qidoRoot: '/dicom-web',
        wadoRoot: '/dicom-web',
        wadoUriRoot: '/wado',
        qidoSupportsIncludeField: false,
        supportsReject: false,
        imageRendering: 'wadors',
        thumbnailRendering: 'wadors',
        enableStudyLazyLoad: true,
        supportsFuzzyMatching: false,
        supportsWildcard: true,
        omitQuotationForMultipartRequest: true,
        bulkDataURI: { enabled: true, relativeResolution: 'studies' },
      },
    },
  ],
};
