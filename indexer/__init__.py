"""The PostgreSQL index of what the DICOM archive holds; disposable: it is made again from DICOM at any time."""
