-- Rows of sealed_act are written once, never changed, deleted nor replaced.
CREATE TRIGGER sealed_act_once BEFORE INSERT ON sealed_act
BEGIN
    SELECT RAISE(ABORT, 'cofiville:sealed_act already exists') FROM sealed_act
        WHERE contract = NEW.contract AND number = NEW.number;
END;

CREATE TRIGGER sealed_act_no_delete BEFORE DELETE ON sealed_act
BEGIN
    SELECT RAISE(ABORT, 'cofiville:sealed_act is append-only');
END;

CREATE TRIGGER sealed_act_no_update BEFORE UPDATE ON sealed_act
BEGIN
    SELECT RAISE(ABORT, 'cofiville:sealed_act is append-only');
END;
