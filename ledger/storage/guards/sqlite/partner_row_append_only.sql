-- Rows of partner_row are written once, never changed, deleted nor replaced.
CREATE TRIGGER partner_row_new BEFORE INSERT ON partner_row
BEGIN
    SELECT RAISE(ABORT, 'cofiville:partner_row already exists') FROM partner_row
        WHERE "contract" = NEW."contract" AND "profile" = NEW."profile" AND "key" = NEW."key"
        AND "version" = NEW."version";
END;

CREATE TRIGGER partner_row_no_delete BEFORE DELETE ON partner_row
BEGIN
    SELECT RAISE(ABORT, 'cofiville:partner_row is append-only');
END;

CREATE TRIGGER partner_row_no_update BEFORE UPDATE ON partner_row
BEGIN
    SELECT RAISE(ABORT, 'cofiville:partner_row is append-only');
END;
