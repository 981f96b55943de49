-- Rows of rule_waiver are written once, never changed, deleted nor replaced.
CREATE TRIGGER rule_waiver_once BEFORE INSERT ON rule_waiver
BEGIN
    SELECT RAISE(ABORT, 'cofiville:rule_waiver already exists') FROM rule_waiver WHERE contract = NEW.contract
        AND entry_number = NEW.entry_number AND rank = NEW.rank;
END;

CREATE TRIGGER rule_waiver_no_delete BEFORE DELETE ON rule_waiver
BEGIN
    SELECT RAISE(ABORT, 'cofiville:rule_waiver is append-only');
END;

CREATE TRIGGER rule_waiver_no_update BEFORE UPDATE ON rule_waiver
BEGIN
    SELECT RAISE(ABORT, 'cofiville:rule_waiver is append-only');
END;
