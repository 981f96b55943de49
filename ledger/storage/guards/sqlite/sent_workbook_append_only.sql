-- Rows of sent_workbook are written once, never changed, deleted nor replaced.
CREATE TRIGGER sent_workbook_new BEFORE INSERT ON sent_workbook
BEGIN
    SELECT RAISE(ABORT, 'cofiville:sent_workbook already exists') FROM sent_workbook
        WHERE "contract" = NEW."contract" AND "number" = NEW."number";
END;

CREATE TRIGGER sent_workbook_no_delete BEFORE DELETE ON sent_workbook
BEGIN
    SELECT RAISE(ABORT, 'cofiville:sent_workbook is append-only');
END;

CREATE TRIGGER sent_workbook_no_update BEFORE UPDATE ON sent_workbook
BEGIN
    SELECT RAISE(ABORT, 'cofiville:sent_workbook is append-only');
END;
