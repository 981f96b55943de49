-- Transfers are written once, never changed nor deleted.
CREATE TRIGGER transfer_no_delete BEFORE DELETE ON transfer
BEGIN
    SELECT RAISE(ABORT, 'cofiville:transfer is append-only');
END;

CREATE TRIGGER transfer_no_update BEFORE UPDATE ON transfer
BEGIN
    SELECT RAISE(ABORT, 'cofiville:transfer is append-only');
END;
