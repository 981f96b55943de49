-- Rows of rule_version are written once, never changed, deleted nor replaced.
CREATE TRIGGER rule_version_no_delete BEFORE DELETE ON rule_version
BEGIN
    SELECT RAISE(ABORT, 'cofiville:rule_version is append-only');
END;

CREATE TRIGGER rule_version_no_update BEFORE UPDATE ON rule_version
BEGIN
    SELECT RAISE(ABORT, 'cofiville:rule_version is append-only');
END;
