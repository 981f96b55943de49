-- Rows of reconciliation_line are written once, never changed, deleted nor replaced.
CREATE TRIGGER reconciliation_line_new BEFORE INSERT ON reconciliation_line
BEGIN
    SELECT RAISE(ABORT, 'cofiville:reconciliation_line already exists') FROM reconciliation_line
        WHERE "contract" = NEW."contract" AND "reconciliation" = NEW."reconciliation" AND "rank" = NEW."rank";
END;

CREATE TRIGGER reconciliation_line_no_delete BEFORE DELETE ON reconciliation_line
BEGIN
    SELECT RAISE(ABORT, 'cofiville:reconciliation_line is append-only');
END;

CREATE TRIGGER reconciliation_line_no_update BEFORE UPDATE ON reconciliation_line
BEGIN
    SELECT RAISE(ABORT, 'cofiville:reconciliation_line is append-only');
END;
