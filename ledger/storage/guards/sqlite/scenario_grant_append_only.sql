-- Rows of scenario_grant are written once, never changed, deleted nor replaced.
CREATE TRIGGER scenario_grant_new BEFORE INSERT ON scenario_grant
BEGIN
    SELECT RAISE(ABORT, 'cofiville:scenario_grant already exists') FROM scenario_grant
        WHERE contract = NEW.contract AND scenario = NEW.scenario AND action = NEW.action AND line = NEW.line;
END;

CREATE TRIGGER scenario_grant_no_delete BEFORE DELETE ON scenario_grant
BEGIN
    SELECT RAISE(ABORT, 'cofiville:scenario_grant is append-only');
END;

CREATE TRIGGER scenario_grant_no_update BEFORE UPDATE ON scenario_grant
BEGIN
    SELECT RAISE(ABORT, 'cofiville:scenario_grant is append-only');
END;
