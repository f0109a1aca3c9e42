CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,      -- UTC, ISO 8601
    login TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL,    -- a key of actions.ACTIONS
    request TEXT NOT NULL,
    objects TEXT NOT NULL,   -- JSON: UIDs and identifiers, never a patient's value
    outcome TEXT NOT NULL,
    details TEXT NOT NULL,   -- JSON
    begun INTEGER,           -- the row that was entered before the work
    previous TEXT NOT NULL,  -- digest of the row before
    digest TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS audit_begun ON audit (begun) WHERE begun IS NOT NULL;
CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
