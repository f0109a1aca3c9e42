/* OHIF's configuration; served at /ohif/app-config.js. */
// Whatever stands before /ohif/, such as a path prefix of a reverse proxy, stands before everything else as well.
const root = new URL('..', document.currentScript.src).pathname.replace(/\/$/, '');

window.config = {
  name: 'HepatIA',
  routerBasename: `${root}/ohif`,
  extensions: [`${root}/hepatia/ui/hepatia-extension.js`],
  modes: [`${root}/hepatia/ui/hepatia-mode.js`],
  customizationService: {},
  showStudyList: true,
  maxNumberOfWebWorkers: 2,
  showWarningMessageForCrossOrigin: false,
  showCPUFallbackMessage: false,
  showLoadingIndicator: true,
  strictZSpacingForVolumeViewport: true,
  groupEnabledModesFirst: true,
  investigationalUseDialog: { option: 'never' },
  defaultDataSourceName: 'orthanc',
  dataSources: [
    {
      namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
      sourceName: 'orthanc',
      configuration: {
        friendlyName: 'Orthanc',
        name: 'orthanc',
        wadoUriRoot: `${root}/wado`,
        // Orthanc's DICOMweb does not understand the includefield list that OHIF sends; this route repairs it.
        qidoRoot: `${root}/hepatia/qido`,
        wadoRoot: `${root}/dicom-web`,
        imageRendering: 'wadors',
        thumbnailRendering: 'wadors',
        enableStudyLazyLoad: true,
        supportsFuzzyMatching: false,
        supportsWildcard: true,
        dicomUploadEnabled: false,
        bulkDataURI: { enabled: true },
        omitQuotationForMultipartRequest: true,
      },
    },
  ],
};
