-- Rows of contract_act are written once, never changed, deleted nor replaced.
CREATE TRIGGER contract_act_once BEFORE INSERT ON contract_act
BEGIN
    SELECT RAISE(ABORT, 'cofiville:contract_act already exists') FROM contract_act
        WHERE contract = NEW.contract AND rank = NEW.rank;
END;

CREATE TRIGGER contract_act_no_delete BEFORE DELETE ON contract_act
BEGIN
    SELECT RAISE(ABORT, 'cofiville:contract_act is append-only');
END;

CREATE TRIGGER contract_act_no_update BEFORE UPDATE ON contract_act
BEGIN
    SELECT RAISE(ABORT, 'cofiville:contract_act is append-only');
END;
