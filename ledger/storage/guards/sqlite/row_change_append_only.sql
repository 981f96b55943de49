-- Rows of row_change are written once, never changed, deleted nor replaced.
CREATE TRIGGER row_change_once BEFORE INSERT ON row_change
BEGIN
    SELECT RAISE(ABORT, 'cofiville:row_change already exists') FROM row_change
        WHERE recorded_at = NEW.recorded_at AND act = NEW.act AND rank = NEW.rank;
END;

CREATE TRIGGER row_change_no_delete BEFORE DELETE ON row_change
BEGIN
    SELECT RAISE(ABORT, 'cofiville:row_change is append-only');
END;

CREATE TRIGGER row_change_no_update BEFORE UPDATE ON row_change
BEGIN
    SELECT RAISE(ABORT, 'cofiville:row_change is append-only');
END;
