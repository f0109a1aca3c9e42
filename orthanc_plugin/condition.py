"""How an installation is, part by part, for who looks after it; nothing of it tells about a patient."""

import json
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer.errors import IndexUnavailable
from indexer.index import Index
from orthanc_plugin import archive_facts, version
from orthanc_plugin.archive import HttpArchive
from orthanc_plugin.arrival_history import DAY_S, History
from orthanc_plugin.errors import HepatiaError
from orthanc_plugin.monailabel import MonaiLabel
from orthanc_plugin.safeguards import Safeguards
from orthanc_plugin.settings import Settings
from sr_templates.template import Template, Text

#: So long what takes Orthanc a while to count is not counted again.
COUNTED_S = 5.0

#: Plugins that are named, and how.
SHOWN_PLUGINS = (("dicomweb", "DICOMweb"), ("python", "Python"))

#: Below so many days until the disk is full, or so small a share of it, it is time to act.
FEW_DAYS, LITTLE_ROOM = 30, 0.05

#: What to do about a part, by its state; what is ok needs nothing.
REMEDIES: Mapping[tuple[str, str], Text] = {
    ("database", "down"): Text(
        "Start PostgreSQL, or check Dsn; images and reports are kept meanwhile, and the index catches up by itself.",
        "Inicie o PostgreSQL ou verifique Dsn; imagens e laudos continuam guardados e o índice se atualiza sozinho.",
    ),
    ("index", "attention"): Text(
        "See the objects below; what failed for a reason that is gone is read again by Retry.",
        "Veja os objetos abaixo; o que falhou por um motivo já resolvido é lido de novo com Tentar de novo.",
    ),
    ("index", "down"): Text(
        "It needs the database; nothing is lost, for it is made of what Orthanc holds.",
        "Depende do banco de dados; nada se perde, pois é feito do que o Orthanc guarda.",
    ),
    ("monailabel", "down"): Text(
        "Reading, saving and search go on. It is restarted by itself; see DATA/logs/monailabel.log if it stays down.",
        "Leitura, gravação e busca continuam. Ele reinicia sozinho; veja DATA/logs/monailabel.log se não voltar.",
    ),
    ("monailabel", "off"): Text(
        "Set MonaiLabel (AI=1 with make run), if masks shall be drawn by a model.",
        "Defina MonaiLabel (AI=1 com make run), se um modelo deve desenhar máscaras.",
    ),
    ("database", "starting"): Text(
        "Wait a moment; images and reports are kept meanwhile, and the index catches up by itself.",
        "Aguarde um momento; imagens e laudos continuam guardados e o índice se atualiza sozinho.",
    ),
    ("orthanc", "attention"): Text(
        "Bring them back from a backup (hepatia repair BACKUP), and have the disk looked at.",
        "Recupere-os de uma cópia de segurança (hepatia repair BACKUP) e mande verificar o disco.",
    ),
    ("hepatia", "attention"): Text(
        "Put DATA/secret.key back, from the backup; until then nothing is let in. No restart is needed.",
        "Recoloque DATA/secret.key, da cópia de segurança; até lá nada entra. Não é preciso reiniciar.",
    ),
    ("disk", "down"): Text(
        "Make room, or lower LeastFreeMegabytes; senders hear that they are refused, and things go on by themselves.",
        "Libere espaço ou diminua LeastFreeMegabytes; quem envia recebe a recusa, e tudo continua sozinho depois.",
    ),
    ("disk", "attention"): Text(
        "Make room, or add a disk: delete old exports first; below LeastFreeMegabytes nothing is let in any more.",
        "Libere espaço (exportações antigas primeiro) ou acrescente um disco; abaixo de LeastFreeMegabytes nada entra.",
    ),
}


@dataclass
class Condition:
    """Looks at every part."""

    archive: HttpArchive
    index: Index
    monailabel: MonaiLabel
    history: History | None
    settings: Settings
    templates: tuple[Template, ...]
    safeguards: Safeguards
    started: float = field(default_factory=time.time)
    _kept: dict[str, tuple[float, Any]] = field(default_factory=dict)

    def parts(self, failed: int, disk: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the parts with their versions, their states and one fact each."""
        return [
            self._orthanc(),
            self._database(),
            self._index(failed),
            self._monailabel(),
            self._disk(disk, has_room=self.safeguards.has_room()),
            self._hepatia(),
        ]

    def disk(self) -> dict[str, Any]:
        """Return the room on the disk of DATA, and for how many days it will do."""
        room = shutil.disk_usage(self.settings.data)
        used = self._kept_for(COUNTED_S, "used", self._used)
        growth = self.history.used(used) if self.history else None
        days = int(room.free / growth) if growth and growth > 0 else None
        return {
            "total": room.total, "free": room.free, "used_by_data": used,
            "growth_per_day": None if growth is None else int(growth), "days_left": days,
        }  # fmt: skip

    def counts(self) -> dict[str, Any]:
        """Return how many objects are indexed, and how many there are in DICOM; zeros while PostgreSQL is down."""
        try:
            counted = vars(self.index.counts())
        except IndexUnavailable:
            counted = {"reports": 0, "segmentations": 0, "studies": 0}
        there = self._kept_for(COUNTED_S, "objects", self._objects)
        return {name: {"indexed": counted[name], "dicom": number} for name, number in there.items()}

    def lag_s(self) -> float | None:
        """Return how far the index is behind; None while it cannot be told."""
        try:
            return archive_facts.lag_s(self.archive, self.index.position())
        except IndexUnavailable:
            return None

    def kind(self, sop_instance_uid: str) -> str | None:
        """Return the modality of an object; None when it is gone."""
        try:
            return str(self._kept_for(DAY_S, sop_instance_uid, lambda: self._modality(sop_instance_uid)))
        except HepatiaError:
            return None

    def _modality(self, sop_instance_uid: str) -> str:
        return archive_facts.instance(self.archive, sop_instance_uid)[1].modality

    def _objects(self) -> dict[str, int]:
        return {
            "reports": archive_facts.count(self.archive, "SR"),
            "segmentations": archive_facts.count(self.archive, "SEG"),
            "studies": archive_facts.amounts(self.archive)["studies"],
        }

    def _used(self) -> int:
        exports = (self.settings.data / "exports").rglob("*")
        used = archive_facts.amounts(self.archive)["bytes"] + sum(map(_size, exports))
        try:
            return used + self.index.size()
        except IndexUnavailable:
            return used

    def _orthanc(self) -> dict[str, Any]:
        versions = self._kept_for(DAY_S, "versions", lambda: archive_facts.versions(self.archive))
        title = self._kept_for(DAY_S, "title", lambda: archive_facts.title(self.archive))
        there = archive_facts.amounts(self.archive)
        plugins = [f"{name} {versions[key]}" for key, name in SHOWN_PLUGINS if key in versions]
        shown = " · ".join([versions["orthanc"], *plugins, f"AE {title}"])
        amount, series = size(there["bytes"]), there["series"]
        fact = Text(f"{series} series, {amount.en}", f"{series} séries, {amount.pt}")
        damaged = self._damaged()
        if damaged:
            fact = Text(f"{damaged} stored files are damaged or lost", f"{damaged} arquivos danificados ou perdidos")
        return _part("orthanc", "Orthanc", "attention" if damaged else "ok", shown, versions, fact)

    def _database(self) -> dict[str, Any]:
        began = time.monotonic()
        try:
            found = self.index.version()
        except IndexUnavailable:
            problem = self._problem("PostgreSQL")
            fact = Text(problem or "does not answer", problem or "não responde")
            return _part("database", "PostgreSQL", "down", "PostgreSQL", {}, fact)
        took = f"{(time.monotonic() - began) * 1000:.0f} ms"
        fact = Text(f"answers in {took}", f"responde em {took}")
        return _part("database", "PostgreSQL", "ok", f"PostgreSQL {found}", {"postgresql": found}, fact)

    def _index(self, failed: int) -> dict[str, Any]:
        lag = self.lag_s()
        if lag is None:
            return _part("index", "Index", "down", "", {}, Text("the database is down", "o banco de dados está parado"))
        if failed:
            fact = Text(f"{failed} not indexed", f"{failed} não indexados")
            return _part("index", "Index", "attention", "", {}, fact)
        return _part("index", "Index", "ok", "", {}, Text(f"lag {lag:.0f} s", f"atraso de {lag:.0f} s"))

    def _monailabel(self) -> dict[str, Any]:
        state = self.monailabel.state()
        models = {one.name: one.version for one in self.settings.models} if state != "off" else {}
        shown = " · ".join(f"{name} {number}" for name, number in models.items())
        said = {
            "ok": Text("answers", "responde"),
            "starting": Text("is starting", "iniciando"),
            "down": Text("does not answer", "não responde"),
            "off": Text("is off", "desligado"),
        }
        problem = self._problem("MONAI Label") if state == "down" else ""
        return _part(
            "monailabel", "MONAI Label", state, shown, models, Text(problem, problem) if problem else said[state]
        )

    def _problem(self, server: str) -> str:
        """Return what the supervisor says about a server that is down."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            for one in json.loads((self.settings.data / "servers.json").read_text()):
                if one["name"] == server:
                    return str(one["problem"])
        return ""

    def _damaged(self) -> int:
        """Return how many stored files the last look (`hepatia doctor --files`) has found damaged."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return int(json.loads((self.settings.data / "files.json").read_text())["damaged"])
        return 0

    def lets_in(self) -> bool:
        """Whether what arrives is let in."""
        return self.safeguards.has_secret() and self.safeguards.has_room()

    @staticmethod
    def _disk(disk: Mapping[str, Any], *, has_room: bool = True) -> dict[str, Any]:
        days, free, total = disk["days_left"], disk["free"], disk["total"]
        is_short = free < LITTLE_ROOM * total or (days is not None and days < FEW_DAYS)
        room, whole = size(free), size(total)
        fact = Text(f"{room.en} free of {whole.en}", f"{room.pt} livres de {whole.pt}")
        if days is not None:
            fact = Text(f"{fact.en}, {days} days left", f"{fact.pt}, {days} dias restantes")
        if not has_room:
            fact = Text(f"{fact.en}; nothing is let in any more", f"{fact.pt}; nada mais entra")
            return _part("disk", "Disk", "down", "DATA", {}, fact)
        return _part("disk", "Disk", "attention" if is_short else "ok", "DATA", {}, fact)

    def _hepatia(self) -> dict[str, Any]:
        versions = {"hepatia": version.VERSION} | {one.id: str(one.version) for one in self.templates}
        shown = " · ".join([version.VERSION, *(f"{one.id} {one.version}" for one in self.templates)])
        if not self.safeguards.has_secret():
            fact = Text("the secret is gone or another; nothing is let in", "o segredo sumiu ou é outro; nada entra")
            return _part("hepatia", "HepatIA", "attention", shown, versions, fact)
        return _part("hepatia", "HepatIA", "ok", shown, versions, _uptime(time.time() - self.started))

    def _kept_for(self, seconds: float, name: str, find: Callable[[], Any]) -> Any:  # noqa: ANN401
        known = self._kept.get(name)
        if known is None or time.monotonic() - known[0] > seconds:
            known = self._kept[name] = (time.monotonic(), find())
        return known[1]


def size(count: int) -> Text:
    """Return a number of bytes as people read it."""
    unit, by = next((one for one in (("TB", 1e12), ("GB", 1e9)) if count >= one[1]), ("MB", 1e6))
    said = f"{count / by:.1f} {unit}"
    return Text(said, said.replace(".", ","))


def _uptime(seconds: float) -> Text:
    for by, en, pt in ((DAY_S, "days", "dias"), (3600, "hours", "horas"), (60, "minutes", "minutos")):
        if seconds >= 2 * by:
            return Text(f"up {seconds // by:.0f} {en}", f"ativo há {seconds // by:.0f} {pt}")
    return Text("just started", "acabou de iniciar")


def _part(
    identifier: str, name: str, state: str, shown: str, versions: Mapping[str, str], fact: Text
) -> dict[str, Any]:
    remedy = REMEDIES.get((identifier, state))
    return {
        "id": identifier, "name": name, "state": state, "version": shown, "versions": dict(versions),
        "fact": vars(fact), "remedy": vars(remedy) if remedy else None,
    }  # fmt: skip


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        # Gone meanwhile.
        return 0
