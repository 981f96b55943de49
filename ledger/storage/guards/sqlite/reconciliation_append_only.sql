-- Rows of reconciliation are written once, never changed, deleted nor replaced.
CREATE TRIGGER reconciliation_new BEFORE INSERT ON reconciliation
BEGIN
    SELECT RAISE(ABORT, 'cofiville:reconciliation already exists') FROM reconciliation
        WHERE "contract" = NEW."contract" AND "number" = NEW."number";
END;

CREATE TRIGGER reconciliation_no_delete BEFORE DELETE ON reconciliation
BEGIN
    SELECT RAISE(ABORT, 'cofiville:reconciliation is append-only');
END;

CREATE TRIGGER reconciliation_no_update BEFORE UPDATE ON reconciliation
BEGIN
    SELECT RAISE(ABORT, 'cofiville:reconciliation is append-only');
END;
