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
          const { Probe = [], ArrowAnnotate = [], ...others } = storedMeasurementByAnnotationType;
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
          return { ...others, ArrowAnnotate: [...ArrowAnnotate, ...Probe] };
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
