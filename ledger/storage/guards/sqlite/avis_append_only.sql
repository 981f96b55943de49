-- Rows of avis are written once, never changed, deleted nor replaced.
CREATE TRIGGER avis_once BEFORE INSERT ON avis
BEGIN
    SELECT RAISE(ABORT, 'cofiville:avis already exists') FROM avis WHERE contract = NEW.contract
        AND action = NEW.action AND rank = NEW.rank;
END;

CREATE TRIGGER avis_no_delete BEFORE DELETE ON avis
BEGIN
    SELECT RAISE(ABORT, 'cofiville:avis is append-only');
END;

CREATE TRIGGER avis_no_update BEFORE UPDATE ON avis
BEGIN
    SELECT RAISE(ABORT, 'cofiville:avis is append-only');
END;
