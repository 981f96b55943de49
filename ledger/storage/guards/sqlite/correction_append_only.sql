-- Rows of correction are written once, never changed, deleted nor replaced.
CREATE TRIGGER correction_once BEFORE INSERT ON correction
BEGIN
    SELECT RAISE(ABORT, 'cofiville:correction already exists') FROM correction WHERE contract = NEW.contract
        AND reversal_number = NEW.reversal_number;
END;

CREATE TRIGGER correction_no_delete BEFORE DELETE ON correction
BEGIN
    SELECT RAISE(ABORT, 'cofiville:correction is append-only');
END;

CREATE TRIGGER correction_no_update BEFORE UPDATE ON correction
BEGIN
    SELECT RAISE(ABORT, 'cofiville:correction is append-only');
END;
