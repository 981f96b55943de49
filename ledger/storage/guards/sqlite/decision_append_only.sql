-- Rows of decision are written once, never changed, deleted nor replaced.
CREATE TRIGGER decision_once BEFORE INSERT ON decision
BEGIN
    SELECT RAISE(ABORT, 'cofiville:decision already exists') FROM decision WHERE contract = NEW.contract
        AND action = NEW.action AND rank = NEW.rank;
END;

CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision
BEGIN
    SELECT RAISE(ABORT, 'cofiville:decision is append-only');
END;

CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision
BEGIN
    SELECT RAISE(ABORT, 'cofiville:decision is append-only');
END;
