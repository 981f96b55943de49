-- Rows of imported_row are written once, never changed, deleted nor replaced.
CREATE TRIGGER imported_row_new BEFORE INSERT ON imported_row
BEGIN
    SELECT RAISE(ABORT, 'cofiville:imported_row already exists') FROM imported_row WHERE contract = NEW.contract
        AND file = NEW.file AND rank = NEW.rank;
END;

CREATE TRIGGER imported_row_no_delete BEFORE DELETE ON imported_row
BEGIN
    SELECT RAISE(ABORT, 'cofiville:imported_row is append-only');
END;

CREATE TRIGGER imported_row_no_update BEFORE UPDATE ON imported_row
BEGIN
    SELECT RAISE(ABORT, 'cofiville:imported_row is append-only');
END;
