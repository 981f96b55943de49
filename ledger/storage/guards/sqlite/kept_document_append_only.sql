-- Rows of kept_document are written once, never changed, deleted nor replaced.
CREATE TRIGGER kept_document_once BEFORE INSERT ON kept_document
BEGIN
    SELECT RAISE(ABORT, 'cofiville:kept_document already exists') FROM kept_document
        WHERE contract = NEW.contract AND kind = NEW.kind AND key = NEW.key AND rank = NEW.rank;
END;

CREATE TRIGGER kept_document_no_delete BEFORE DELETE ON kept_document
BEGIN
    SELECT RAISE(ABORT, 'cofiville:kept_document is append-only');
END;

CREATE TRIGGER kept_document_no_update BEFORE UPDATE ON kept_document
BEGIN
    SELECT RAISE(ABORT, 'cofiville:kept_document is append-only');
END;
