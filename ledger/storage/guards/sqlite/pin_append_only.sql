-- Rows of pin are written once, never changed, deleted nor replaced.
CREATE TRIGGER pin_new BEFORE INSERT ON pin
BEGIN
    SELECT RAISE(ABORT, 'cofiville:pin already exists') FROM pin WHERE contract = NEW.contract
        AND action = NEW.action AND line = NEW.line AND rank = NEW.rank;
END;

CREATE TRIGGER pin_no_delete BEFORE DELETE ON pin
BEGIN
    SELECT RAISE(ABORT, 'cofiville:pin is append-only');
END;

CREATE TRIGGER pin_no_update BEFORE UPDATE ON pin
BEGIN
    SELECT RAISE(ABORT, 'cofiville:pin is append-only');
END;
