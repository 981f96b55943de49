-- Rows of scenario_entry are written once, never changed, deleted nor replaced.
CREATE TRIGGER scenario_entry_once BEFORE INSERT ON scenario_entry
BEGIN
    SELECT RAISE(ABORT, 'cofiville:scenario_entry already exists') FROM scenario_entry
        WHERE contract = NEW.contract AND scenario = NEW.scenario AND line = NEW.line
        AND entry_number = NEW.entry_number;
END;

CREATE TRIGGER scenario_entry_no_delete BEFORE DELETE ON scenario_entry
BEGIN
    SELECT RAISE(ABORT, 'cofiville:scenario_entry is append-only');
END;

CREATE TRIGGER scenario_entry_no_update BEFORE UPDATE ON scenario_entry
BEGIN
    SELECT RAISE(ABORT, 'cofiville:scenario_entry is append-only');
END;
