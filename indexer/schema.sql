-- The part of the index that does not depend on a template. Every column says where in DICOM it comes from.

CREATE TABLE study (
    study_instance_uid text PRIMARY KEY,
    patient_id text NOT NULL,
    sex text,
    age integer,
    study_date date,
    description text,
    state text NOT NULL DEFAULT 'not_read'
);
COMMENT ON TABLE study IS 'One study that has arrived';
COMMENT ON COLUMN study.study_instance_uid IS '(0020,000D) Study Instance UID';
COMMENT ON COLUMN study.patient_id IS '(0010,0020) Patient ID: a pseudonym';
COMMENT ON COLUMN study.sex IS '(0010,0040) Patient''s Sex';
COMMENT ON COLUMN study.age IS '(0010,1010) Patient''s Age, in whole years';
COMMENT ON COLUMN study.study_date IS '(0008,0020) Study Date, moved by the patient''s shift';
COMMENT ON COLUMN study.description IS '(0008,1030) Study Description';
COMMENT ON COLUMN study.state IS 'Derived: state of the current report, else draft or not_read';
CREATE INDEX study_by_date ON study (study_date DESC, study_instance_uid);
CREATE INDEX study_by_patient ON study (patient_id, study_date);

CREATE TABLE series (
    series_instance_uid text PRIMARY KEY,
    study_instance_uid text NOT NULL,
    modality text,
    description text,
    number integer,
    frame_of_reference_uid text,
    detected text[],
    phases text[]
);
COMMENT ON TABLE series IS 'One series of a study';
COMMENT ON COLUMN series.series_instance_uid IS '(0020,000E) Series Instance UID';
COMMENT ON COLUMN series.study_instance_uid IS '(0020,000D) Study Instance UID';
COMMENT ON COLUMN series.modality IS '(0008,0060) Modality';
COMMENT ON COLUMN series.description IS '(0008,103E) Series Description';
COMMENT ON COLUMN series.number IS '(0020,0011) Series Number';
COMMENT ON COLUMN series.frame_of_reference_uid IS '(0020,0052) Frame of Reference UID';
COMMENT ON COLUMN series.detected IS 'Derived: contrast phases of a CT series, one for each scan in it, from what is kept of all CT series of the study';
COMMENT ON COLUMN series.phases IS 'Derived: the same, or the one phase to which a reader has corrected it';
CREATE INDEX series_by_study ON series (study_instance_uid);

CREATE TABLE report (
    sop_instance_uid text PRIMARY KEY,
    series_instance_uid text NOT NULL,
    study_instance_uid text NOT NULL,
    patient_id text NOT NULL,
    sex text,
    age integer,
    study_date date,
    template text,
    version integer,
    state text NOT NULL,
    author text NOT NULL,
    author_login text NOT NULL,
    role text NOT NULL,
    created timestamp,
    replaces text[] NOT NULL,
    segmentation text,
    phases jsonb NOT NULL,
    answers jsonb NOT NULL,
    findings jsonb NOT NULL,
    written text NOT NULL
);
COMMENT ON TABLE report IS 'One DICOM SR after TID 1500, ours or of another writer; nothing of it is left out';
COMMENT ON COLUMN report.sop_instance_uid IS '(0008,0018) SOP Instance UID';
COMMENT ON COLUMN report.series_instance_uid IS '(0020,000E) Series Instance UID';
COMMENT ON COLUMN report.study_instance_uid IS '(0020,000D) Study Instance UID';
COMMENT ON COLUMN report.patient_id IS '(0010,0020) Patient ID: a pseudonym';
COMMENT ON COLUMN report.sex IS '(0010,0040) Patient''s Sex';
COMMENT ON COLUMN report.age IS '(0010,1010) Patient''s Age, in whole years';
COMMENT ON COLUMN report.study_date IS '(0008,0020) Study Date';
COMMENT ON COLUMN report.template IS 'Content item 99HEPATIA TEMPLATE; null in a foreign report';
COMMENT ON COLUMN report.version IS 'Version of the template, of the same item';
COMMENT ON COLUMN report.state IS 'From (0040,A491) Completion Flag and (0040,A493) Verification Flag';
COMMENT ON COLUMN report.author IS 'Content item DCM 121008 Person Observer Name';
COMMENT ON COLUMN report.author_login IS 'Content item DCM 128774 Person Observer''s Login Name';
COMMENT ON COLUMN report.role IS 'Content item 99HEPATIA ROLE';
COMMENT ON COLUMN report.created IS '(0008,0023) Content Date and (0008,0033) Content Time';
COMMENT ON COLUMN report.replaces IS '(0040,A360) Predecessor Documents Sequence';
COMMENT ON COLUMN report.segmentation IS 'SOP Instance UID of content items DCM 121191 Referenced Segment';
COMMENT ON COLUMN report.phases IS 'Content items DCM 109058 Contrast Phase that the reader entered, by series';
COMMENT ON COLUMN report.answers IS 'All answers, as GET /reports gives them';
COMMENT ON COLUMN report.findings IS 'All measurement groups of a foreign report';
COMMENT ON COLUMN report.written IS 'Derived: content items TEXT, and of what no template describes the meanings of codes; without case and accents';
CREATE INDEX report_by_study ON report (study_instance_uid);
CREATE INDEX report_by_author ON report (author);
CREATE INDEX report_by_login ON report (author_login);

CREATE TABLE segmentation (
    sop_instance_uid text PRIMARY KEY,
    series_instance_uid text NOT NULL,
    study_instance_uid text NOT NULL,
    source_series_instance_uid text,
    created timestamp,
    author text NOT NULL,
    description text NOT NULL,
    algorithm jsonb,
    segments jsonb NOT NULL,
    replaces text[] NOT NULL,
    agreement jsonb
);
COMMENT ON TABLE segmentation IS 'One DICOM-SEG';
COMMENT ON COLUMN segmentation.sop_instance_uid IS '(0008,0018) SOP Instance UID';
COMMENT ON COLUMN segmentation.series_instance_uid IS '(0020,000E) Series Instance UID';
COMMENT ON COLUMN segmentation.study_instance_uid IS '(0020,000D) Study Instance UID';
COMMENT ON COLUMN segmentation.source_series_instance_uid IS '(0008,1115) Referenced Series Sequence';
COMMENT ON COLUMN segmentation.created IS '(0008,0023) Content Date and (0008,0033) Content Time';
COMMENT ON COLUMN segmentation.author IS '(0070,0084) Content Creator''s Name';
COMMENT ON COLUMN segmentation.description IS '(0008,103E) Series Description';
COMMENT ON COLUMN segmentation.algorithm IS '(0062,0007) Segmentation Algorithm Identification Sequence';
COMMENT ON COLUMN segmentation.segments IS '(0062,0002) Segment Sequence';
COMMENT ON COLUMN segmentation.replaces IS '(0008,1140) Referenced Image Sequence, purpose DCM 121348 Temporal Predecessor';
COMMENT ON COLUMN segmentation.agreement IS 'Derived: Dice with the pre-annotation among the masks that it replaces';
CREATE INDEX segmentation_by_study ON segmentation (study_instance_uid);

CREATE TABLE failure (
    sop_instance_uid text PRIMARY KEY,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE failure IS 'An object that is stored and could not be indexed';
COMMENT ON COLUMN failure.sop_instance_uid IS '(0008,0018) SOP Instance UID';
COMMENT ON COLUMN failure.reason IS 'What is wrong with it';
COMMENT ON COLUMN failure.since IS 'When that was found first';

CREATE TABLE acquisition (
    series_instance_uid text PRIMARY KEY,
    study_instance_uid text NOT NULL,
    attributes jsonb NOT NULL
);
COMMENT ON TABLE acquisition IS 'What the phases of CT series are told by';
COMMENT ON COLUMN acquisition.series_instance_uid IS '(0020,000E) Series Instance UID';
COMMENT ON COLUMN acquisition.study_instance_uid IS '(0020,000D) Study Instance UID';
COMMENT ON COLUMN acquisition.attributes IS 'Attributes of one instance of the series, as DICOM JSON';
CREATE INDEX acquisition_by_study ON acquisition (study_instance_uid);

CREATE TABLE patient_number (
    number integer GENERATED ALWAYS AS IDENTITY,
    patient_id text PRIMARY KEY
);
COMMENT ON TABLE patient_number IS 'Numbers that stand for patients in the columns in memory';
COMMENT ON COLUMN patient_number.number IS 'The number';
COMMENT ON COLUMN patient_number.patient_id IS '(0010,0020) Patient ID: a pseudonym';

CREATE TABLE record (
    template text NOT NULL,
    study_instance_uid text NOT NULL,
    number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    changed xid8 NOT NULL,
    report text,
    state text NOT NULL,
    exam bytea,
    members bytea[],
    listed jsonb,
    PRIMARY KEY (template, study_instance_uid)
);
COMMENT ON TABLE record IS 'Every study as each template sees it, as bytes: what the columns in memory are made of';
COMMENT ON COLUMN record.template IS 'The template';
COMMENT ON COLUMN record.study_instance_uid IS '(0020,000D) Study Instance UID';
COMMENT ON COLUMN record.number IS 'A number that stands for the exam in memory';
COMMENT ON COLUMN record.changed IS 'The last transaction that changed it';
COMMENT ON COLUMN record.report IS '(0008,0018) SOP Instance UID of the current report of this template';
COMMENT ON COLUMN record.state IS 'Derived: state of the current report, else draft or not_read';
COMMENT ON COLUMN record.exam IS 'The exam''s numbers, after indexer/layout.py; null: the study was removed';
COMMENT ON COLUMN record.members IS 'For each repeated group the numbers of its members';
COMMENT ON COLUMN record.listed IS 'Derived: what lists tell of the exam: phases, masks, reader, how far each reader is, and of the current report the highest category, how many members and the largest';
CREATE INDEX record_by_number ON record (template, number);
CREATE INDEX record_by_change ON record (template, changed);

CREATE TABLE record_text (
    number integer PRIMARY KEY,
    template text NOT NULL,
    study_instance_uid text NOT NULL,
    content text NOT NULL
);
COMMENT ON TABLE record_text IS 'What is written in the current report of an exam and in foreign reports, where there is any';
COMMENT ON COLUMN record_text.number IS 'The exam, as in record';
COMMENT ON COLUMN record_text.template IS 'The template, as in record';
COMMENT ON COLUMN record_text.study_instance_uid IS '(0020,000D) Study Instance UID';
COMMENT ON COLUMN record_text.content IS 'Texts as in report';
CREATE INDEX record_text_by_study ON record_text (study_instance_uid);

CREATE TABLE bookkeeping (
    position bigint NOT NULL,
    schema_hash text NOT NULL,
    rebuilt_to text,
    rebuild_started timestamptz,
    rebuild_finished timestamptz,
    emptied xid8 NOT NULL DEFAULT pg_current_xact_id()
);
COMMENT ON TABLE bookkeeping IS 'One row about the index itself';
COMMENT ON COLUMN bookkeeping.position IS 'Number of the last change of the archive that is indexed';
COMMENT ON COLUMN bookkeeping.schema_hash IS 'Hash of the definition of all tables; another one: made again from DICOM';
COMMENT ON COLUMN bookkeeping.rebuilt_to IS 'How far a rebuild has come that is under way or was interrupted: Orthanc''s identifier of the last series; else NULL';
COMMENT ON COLUMN bookkeeping.rebuild_started IS 'When the last rebuild began';
COMMENT ON COLUMN bookkeeping.rebuild_finished IS 'When it was complete';
COMMENT ON COLUMN bookkeeping.emptied IS 'The last transaction that emptied the tables';
