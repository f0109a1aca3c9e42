"""The MONAI Label app: volume in, mask out.

It runs in an interpreter of its own (requirements/monailabel.txt) and knows nothing of DICOM, Orthanc and the rest of
the project.
"""
