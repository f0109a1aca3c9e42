"""Why instances are refused, said for people, and what to do about each: one table of the words that are counted."""

from collections.abc import Mapping
from dataclasses import dataclass

from sr_templates.template import Text


@dataclass(frozen=True)
class Reason:
    """A word that is counted: what it means, and what to do."""

    title: Text
    remedy: Text


REASONS: Mapping[str, Reason] = {
    "encapsulated_document": Reason(
        Text("A document, not an image", "Documento, não imagem"),
        Text(
            "Leave documents (PDF, CDA) out at the sender; no setting lets them in: pages cannot be searched.",
            "Exclua documentos (PDF, CDA) na origem; nenhum ajuste os aceita: não há como procurar nomes neles.",
        ),
    ),
    "burned_in_annotation": Reason(
        Text("Text may be burned into the pixels", "Pode haver texto gravado nos pixels"),
        Text(
            "Leave that series out at the sender, or add a rule that blanks the region (setting PixelRules).",
            "Exclua essa série na origem, ou crie uma regra que apague a região (ajuste PixelRules).",
        ),
    ),
    "screen_capture": Reason(
        Text("A picture of a screen", "Captura de tela"),
        Text(
            "Leave reports and screen captures out at the sender (often series 500 and above), or add a pixel rule.",
            "Exclua laudos e capturas de tela na origem (em geral séries 500 em diante), ou crie uma regra de pixels.",
        ),
    ),
    "sop_class_not_allowed": Reason(
        Text("A kind of object that may show text", "Tipo de objeto que pode mostrar texto"),
        Text(
            "Send CT, MR or PET images, segmentations and reports; other kinds need a pixel rule of their own.",
            "Envie imagens de TC, RM ou PET, segmentações e laudos; para outros tipos, crie uma regra de pixels.",
        ),
    ),
    "corrupt": Reason(
        Text("Damaged", "Danificado"),
        Text(
            "Send it again; if it fails again, export it anew at the source, and check the object with dciodvfy.",
            "Envie de novo; se falhar outra vez, exporte novamente na origem e verifique o objeto com dciodvfy.",
        ),
    ),
    "too_deep": Reason(
        Text("Nested too deep", "Aninhado demais"),
        Text(
            "The object has more than 32 levels of sequences, as no scanner writes; ask who made it.",
            "O objeto tem mais de 32 níveis de sequências, o que nenhum equipamento grava; pergunte a quem o criou.",
        ),
    ),
    "not_dicom": Reason(
        Text("Not a DICOM file", "Não é um arquivo DICOM"),
        Text("Ask the sender what was sent; nothing was stored.", "Pergunte o que foi enviado; nada foi armazenado."),
    ),
    "not_blanked": Reason(
        Text("Pixels could not be blanked", "Não foi possível apagar os pixels"),
        Text(
            "Set Deidentification.CleanPixelData to true; check that the regions of the pixel rule lie in the image.",
            "Ative Deidentification.CleanPixelData; verifique se as regiões da regra de pixels estão na imagem.",
        ),
    ),
    "deidentification_failed": Reason(
        Text("Names neither a patient nor a study", "Sem paciente nem estudo"),
        Text(
            "The object lacks Patient ID or Study Instance UID; have the sender fill them.",
            "Falta ao objeto Patient ID ou Study Instance UID; peça que a origem os preencha.",
        ),
    ),
    "secret_missing": Reason(
        Text("The secret is gone", "A chave secreta sumiu"),
        Text(
            "Put DATA/secret.key back from the backup; without it, patients would get new pseudonyms.",
            "Restaure DATA/secret.key do backup; sem ela os pacientes receberiam novos pseudônimos.",
        ),
    ),
    "disk_full": Reason(
        Text("The disk is nearly full", "Disco quase cheio"),
        Text(
            "Make room: delete old exports, or add a disk; then have the sender repeat what failed.",
            "Libere espaço: apague exportações antigas ou acrescente um disco; depois reenvie o que falhou.",
        ),
    ),
    "remote_sender": Reason(
        Text("Another host may not send", "Outro computador não pode enviar"),
        Text(
            "Set RemoteSenders to true, and list the sender in DicomModalities, if it shall send.",
            "Defina RemoteSenders como true e inclua a origem em DicomModalities, se ela deve enviar.",
        ),
    ),
    "internal_error": Reason(
        Text("An error of HepatIA", "Erro do HepatIA"),
        Text(
            "Keep the object, and report the line of Orthanc's log that begins with “HepatIA refused”.",
            "Guarde o objeto e relate a linha do log do Orthanc que começa com “HepatIA refused”.",
        ),
    ),
}

#: Of a rule of the site, which has a name of its own.
OWN_RULE = Reason(
    Text("A rule of this site refuses it", "Uma regra deste serviço o recusa"),
    Text(
        "See the rule of that name in PixelRules of orthanc.json; leave such objects out at the sender, or change it.",
        "Veja a regra com esse nome em PixelRules de orthanc.json; exclua esses objetos na origem, ou altere a regra.",
    ),
)


def of(reason: str) -> Reason:
    """Return what is said of a reason."""
    return REASONS.get(reason, OWN_RULE)
