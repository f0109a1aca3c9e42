"""The ways in, as senders use them."""

import io
import re
import zipfile

import pydicom

from tests.orthanc.installations import wait_for
from tests.orthanc.marked import AS_ANOTHER

STOW = {"Content-Type": 'multipart/related; type="application/dicom"; boundary=B', "Accept": "application/dicom+json"}

#: How a job of Orthanc ends.
ENDS = ("Success", "Failure")

#: Ways by which what no DICOM library reads can be sent as well.
RAW = ("by_post", "by_zip", "by_form", "by_stow", "by_webdav")
DIRECT = ("by_c_store", *RAW)
FROM_ORTHANC = ("by_modality_store", "by_peer_store", "by_dicomweb_store", "by_query_and_retrieve")


class Sender:
    """Sends files by every way; each method gives whether the sender sees success, and keeps what was answered."""

    def __init__(self, client, elsewhere, c_store, folder):
        self.client, self.elsewhere, self.c_store, self.folder = client, elsewhere, c_store, folder
        self.answers = []

    def keep(self, answer):
        """Keep what was answered, less the UIDs that STOW-RS gives back to who sent them."""
        is_stow = answer.request.url.path.startswith("/dicom-web/")
        self.answers.append(re.sub(rb'"1\.2\.826[\d.]+"', b"", answer.content) if is_stow else answer.content)
        return answer

    def by_c_store(self, files):
        paths = [self.folder / f"{number}.dcm" for number, _ in enumerate(files)]
        for path, file in zip(paths, files, strict=True):
            path.write_bytes(file)
        return self.c_store(*paths) == 0

    def by_post(self, files):
        sender = self.client("sender")
        return all(self.keep(sender.post("/instances", content=file)).status_code == 200 for file in files)

    def by_zip(self, files):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for number, file in enumerate(files):
                archive.writestr(f"Quetzalvina/{number}.dcm", file)
        return self.keep(self.client("sender").post("/instances", content=buffer.getvalue())).status_code == 200

    def by_form(self, files):
        forms = [{"file": ("Quetzalvina.dcm", file, "application/dicom")} for file in files]
        sender = self.client("sender")
        return all(self.keep(sender.post("/instances", files=form)).status_code == 200 for form in forms)

    def by_stow(self, files):
        parts = b"".join(b"--B\r\nContent-Type: application/dicom\r\n\r\n" + file + b"\r\n" for file in files)
        answer = self.client("sender").post("/dicom-web/studies", content=parts + b"--B--", headers=STOW)
        return self.keep(answer).status_code == 200

    def by_modality_store(self, files):
        return self._job("/modalities/hepatia/store", files)

    def by_peer_store(self, files):
        return self._job("/peers/hepatia/store", files)

    def by_dicomweb_store(self, files):
        return self._job("/dicom-web/servers/hepatia/stow", files)

    def by_query_and_retrieve(self, files):
        """We fetch them, as those of another patient: C-FIND and C-MOVE."""
        admin = self.client("admin")
        for file in files:
            for old, new in AS_ANOTHER:
                file = file.replace(old, new)
            self._put(file)
            header = pydicom.dcmread(io.BytesIO(file), stop_before_pixels=True)
            query = {"Level": "Study", "Query": {"StudyInstanceUID": header.StudyInstanceUID}}
            path = admin.post("/modalities/elsewhere/query", json=query).raise_for_status().json()["Path"]
            if admin.post(f"{path}/retrieve", json={"TargetAet": "HEPATIA"}).status_code != 200:
                return False
        return True

    def by_webdav(self, files):
        """Under names that say nothing: Orthanc logs the name of what it cannot store."""
        before, admin = sum(self._counted()), self.client("admin")
        for number, file in enumerate(files):
            if self.keep(admin.put(f"/webdav/uploads/{number}.dcm", content=file)).status_code != 201:
                return False
        wait_for(lambda: sum(self._counted()) == before + len(files))
        return True

    def _counted(self):
        arrivals = self.client("admin").get("/hepatia/api/status").json()["arrivals"]
        return arrivals["deidentified"], *arrivals["refused"].values()

    def _put(self, file):
        return self.elsewhere.post("/instances", content=file).raise_for_status().json()["ID"]

    def _job(self, path, files):
        body = {"Resources": [self._put(file) for file in files], "Synchronous": False, "Asynchronous": True}
        job = self.elsewhere.post(path, json=body).raise_for_status().json()["ID"]
        done = {}
        wait_for(lambda: done.update(self.elsewhere.get(f"/jobs/{job}").json()) or done["State"] in ENDS)
        return done["State"] == "Success"
