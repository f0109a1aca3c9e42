"""What CT scanners and the people at them write into descriptions of series, protocols and contrast agents."""

from typing import Final

#: Nothing of these may be lost.
KEPT: Final = """
CHEST ABDOMEN PELVIS W IV CONTRAST
Abdomen^Routine (Adult)
Abdomen^4_PHASE_LIVER (Adult)
AbdRoutine 5.0 B30f
Abd Arterial 3.0 B31f
Abdomen 5.0 Br40 S3
Thorax^LUNG_LOW_DOSE (Adult)
Topogram 0.6 T20f
PreMonitoring 10.0 B30f
Monitoring 10.0 B30f
Liver 3-Phase
Liver Triphasic 2.5mm STD+
ARTERIAL PHASE 1.25mm
PORTAL VENOUS 5mm
DELAYED 5 MIN
Scout
Surview
Recon 2: LUNG 1.25
STANDARD AXIAL 5MM
SmartPrep Series
BONE PLUS
ASIR-V 40%
COR 3MM MPR
MIP Axial Chest
Vol. 0.5 CE
Body 5.0 CE
iDose (3)
AIDR 3D STD FC18
Lung 1.0 FC51
Omnipaque 350
Visipaque 320
ISOVUE-370
Ultravist 370
Iopamiron 300
Iomeron 400
Optiray 320
ORAL & IV CONTRAST
HCC Protocol
Renal Stone Low Dose
Pancreas Protocol pancreatic phase 1.5mm
DYNAMIC LIVER 4D
DE_Abdomen 0.75 D30f A_80kV
DE Liver Monoenergetic 55 keV
Iodine no water
Axial Standard 120kV 250mAs
3.0mm Soft Tissue
Qr40 Q3
Sn100kV
Hf44 f3 Admire 3
SAFIRE 3
UB B SharpB
YA iDose4
HELICAL 5/5
ABDOME TOTAL COM CONTRASTE
ABDOME SUPERIOR SEM CONTRASTE
TC ABDOME TRIFASICO
FASE PORTAL 2.5
FASE DE EQUILIBRIO
FASE TARDIA 5 MIN
TORAX ALTA RESOLUCAO
TÓRAX E ABDOME
FIGADO 4 FASES
ANGIO TC AORTA TOTAL
TC Crânio sem contraste
Contraste EV 100 ml
Cisto hepático
FASE EXCRETORA
Abdomen nativ 5.0 B30f
Abdomen KM portalvenös
Abdomen arteriell 3mm
Thorax/Abdomen KM
Oberbauch nativ
Spätphase 5mm
Venöse Phase
CT Schädel nativ
Hals Thorax Abdomen
TC ABDOMEN Y PELVIS CON CONTRASTE
FASE ARTERIAL TARDIA
FASE VENOSA PORTAL
TC HIGADO TRIFASICO
Abdomen sin contraste 5mm
TDM ABDOMEN PELVIS AVEC INJECTION
SANS INJECTION
FOIE 3 PHASES
Scanner abdominal sans injection
Axial 2.0 MPR foie
ADDOME SENZA MDC
FASE ARTERIOSA
ABD/PEL W/CONTRAST
Abd PortalVen 1.0 I30f 3
ABD-PEL VEN 3.0 I31f
ThorRoutine 2.0 B70f
CaroAngio 1.0 B26f
SCOUT AP/LAT
CTA ABDOMEN WITH RUNOFF
SAG REFORMATS
Tri-phase Liver + Pelvis
CT Urogram Nephrographic
Perfusion VPCT
VMI 70 keV
SPP 65keV
Dose Info
ED_HEAD_NEURO_SEQ
MobiView COR STIR MULTI-STACK
Angiotomografia de artérias coronárias
Leber triphasisch
Weichteil 5mm
Lungenfenster
Knochenfenster 1mm
Ganzkörper CT
portalvenöse Phase
Rekon 1.5mm axial
TAC TORACOABDOMINAL CON CIV
RECONSTRUCCION CORONAL
TEMPS ARTERIEL
TEMPS PORTAL
TEMPS TARDIF
TAP injecté temps portal
Parenchyme pulmonaire
Filtre mou 1.25
MEDIASTIN
ADDOME COMPLETO CON MDC
""".strip().splitlines()
