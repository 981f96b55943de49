-- Rows of base_origin are written once, never changed, deleted nor replaced.
CREATE TRIGGER base_origin_once BEFORE INSERT ON base_origin
BEGIN
    SELECT RAISE(ABORT, 'cofiville:base_origin already exists') FROM base_origin WHERE number = NEW.number;
END;

CREATE TRIGGER base_origin_no_delete BEFORE DELETE ON base_origin
BEGIN
    SELECT RAISE(ABORT, 'cofiville:base_origin is append-only');
END;

CREATE TRIGGER base_origin_no_update BEFORE UPDATE ON base_origin
BEGIN
    SELECT RAISE(ABORT, 'cofiville:base_origin is append-only');
END;
