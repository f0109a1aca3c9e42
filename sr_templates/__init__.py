"""What a reader records, told once: templates, and DICOM SR (TID 1500) in and out. Pure: no server, no database."""
