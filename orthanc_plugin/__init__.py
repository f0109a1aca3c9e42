"""The edge: everything that knows Orthanc and HTTP."""
