-- Rows of imported_file are written once, never changed, deleted nor replaced.
CREATE TRIGGER imported_file_new BEFORE INSERT ON imported_file
BEGIN
    SELECT RAISE(ABORT, 'cofiville:imported_file already exists') FROM imported_file
        WHERE contract = NEW.contract AND number = NEW.number;
END;

CREATE TRIGGER imported_file_no_delete BEFORE DELETE ON imported_file
BEGIN
    SELECT RAISE(ABORT, 'cofiville:imported_file is append-only');
END;

CREATE TRIGGER imported_file_no_update BEFORE UPDATE ON imported_file
BEGIN
    SELECT RAISE(ABORT, 'cofiville:imported_file is append-only');
END;
