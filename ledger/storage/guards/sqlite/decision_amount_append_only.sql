-- Rows of decision_amount are written once, never changed, deleted nor replaced.
CREATE TRIGGER decision_amount_once BEFORE INSERT ON decision_amount
BEGIN
    SELECT RAISE(ABORT, 'cofiville:decision_amount already exists') FROM decision_amount
        WHERE contract = NEW.contract AND action = NEW.action AND rank = NEW.rank AND line = NEW.line;
END;

CREATE TRIGGER decision_amount_no_delete BEFORE DELETE ON decision_amount
BEGIN
    SELECT RAISE(ABORT, 'cofiville:decision_amount is append-only');
END;

CREATE TRIGGER decision_amount_no_update BEFORE UPDATE ON decision_amount
BEGIN
    SELECT RAISE(ABORT, 'cofiville:decision_amount is append-only');
END;
